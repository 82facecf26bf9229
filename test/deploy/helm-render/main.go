// helm-render prints what `helm template` would print for a chart: the part of Helm's engine that the tests of this
// repository need, over the same template library. Subcharts, hooks, lookup and post-renderers are left out.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// paths collects a flag that may be repeated.
type paths []string

func (p *paths) String() string { return strings.Join(*p, ",") }

func (p *paths) Set(path string) error {
	*p = append(*p, path)
	return nil
}

func main() {
	var valuesFiles paths
	flag.Var(&valuesFiles, "values", "YAML file of values; later ones override earlier ones")
	name := flag.String("name", "archeio", "name of the release")
	namespace := flag.String("namespace", "default", "namespace of the release")
	notes := flag.Bool("notes", false, "print NOTES.txt instead of the objects")
	printValues := flag.Bool("print-values", false, "print the merged values as JSON instead of rendering")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(fmt.Errorf("expected one argument, the directory of a chart"))
	}
	chart, err := loadChart(flag.Arg(0))
	if err != nil {
		fail(err)
	}
	values := chart.values
	for _, path := range valuesFiles {
		overrides, err := readValues(path)
		if err != nil {
			fail(err)
		}
		values = merged(values, overrides)
	}
	if *printValues {
		fmt.Println(toJSON(values))
		return
	}
	rendered, err := render(chart, values, *name, *namespace)
	if err != nil {
		fail(err)
	}
	print(rendered, chart.metadata.Name, *notes)
}

// print writes the documents in the order of their files, as Helm marks them.
func print(rendered map[string]string, chart string, notes bool) {
	names := make([]string, 0, len(rendered))
	for name := range rendered {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		base := filepath.Base(name)
		text := strings.TrimSpace(rendered[name])
		if strings.HasPrefix(base, "_") || text == "" || (base == "NOTES.txt") != notes {
			continue
		}
		if notes {
			fmt.Println(text)
			continue
		}
		for _, document := range strings.Split("\n"+text, "\n---") {
			if document = strings.TrimSpace(document); document != "" {
				fmt.Printf("---\n# Source: %s/%s\n%s\n", chart, name, document)
			}
		}
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "helm-render: %v\n", err)
	os.Exit(1)
}
