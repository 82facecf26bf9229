package main

import (
	"fmt"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// deepest is how deep includes may nest before Helm gives up.
const deepest = 1000

// capabilities is .Capabilities: a current cluster with the usual APIs.
type capabilities struct {
	KubeVersion kubeVersion
	APIVersions apiVersions
	HelmVersion struct{ Version string }
}

type kubeVersion struct{ Version, Major, Minor string }

func (v kubeVersion) String() string { return v.Version }

type apiVersions []string

func (versions apiVersions) Has(version string) bool {
	for _, each := range versions {
		if each == version {
			return true
		}
	}
	return false
}

// render executes every template of the chart.
func render(c *chart, values map[string]interface{}, name, namespace string) (map[string]string, error) {
	root := template.New("gotpl").Option("missingkey=zero")
	root.Funcs(functions(root, map[string]int{}))
	names := make([]string, 0, len(c.templates))
	for each := range c.templates {
		names = append(names, each)
	}
	sort.Strings(names)
	for _, each := range names {
		if _, err := root.New(each).Parse(c.templates[each]); err != nil {
			return nil, err
		}
	}
	rendered := map[string]string{}
	for _, each := range names {
		if strings.HasPrefix(each, "templates/_") {
			continue
		}
		data := map[string]interface{}{
			"Chart":  c.metadata,
			"Values": values,
			"Files":  c.files,
			"Release": map[string]interface{}{
				"Name": name, "Namespace": namespace, "Service": "Helm",
				"IsInstall": true, "IsUpgrade": false, "Revision": 1,
			},
			"Capabilities": &capabilities{
				KubeVersion: kubeVersion{"v1.34.0", "1", "34"},
				APIVersions: apiVersions{"v1", "apps/v1", "batch/v1", "autoscaling/v2", "policy/v1", "networking.k8s.io/v1", "monitoring.coreos.com/v1"},
			},
			"Template":  map[string]interface{}{"Name": c.metadata.Name + "/" + each, "BasePath": c.metadata.Name + "/templates"},
			"Subcharts": map[string]interface{}{},
		}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, each, data); err != nil {
			return nil, err
		}
		rendered[each] = strings.ReplaceAll(text.String(), "<no value>", "")
	}
	return rendered, nil
}

// functions are sprig's, without those that Helm removes, and Helm's own.
func functions(root *template.Template, depth map[string]int) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	all["toYaml"] = toYAML
	all["toJson"] = toJSON
	all["fromYaml"] = fromYAML
	all["fromJson"] = fromYAML
	all["fromYamlArray"] = fromYAMLArray
	all["fromJsonArray"] = fromYAMLArray
	all["getHostByName"] = func(string) string { return "" }
	all["lookup"] = func(string, string, string, string) map[string]interface{} {
		return map[string]interface{}{}
	}
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	all["include"] = func(name string, data interface{}) (string, error) {
		if depth[name]++; depth[name] > deepest {
			return "", fmt.Errorf("template %q includes itself more than %d times", name, deepest)
		}
		defer func() { depth[name]-- }()
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	all["tpl"] = func(source string, data interface{}) (string, error) {
		copied, err := root.Clone()
		if err != nil {
			return "", err
		}
		parsed, err := copied.New("tpl").Parse(source)
		if err != nil {
			return "", err
		}
		var text strings.Builder
		err = parsed.Execute(&text, data)
		return strings.ReplaceAll(text.String(), "<no value>", ""), err
	}
	return all
}

func toYAML(value interface{}) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}

// fromYAML never fails: as in Helm, the problem is the key Error.
func fromYAML(text string) map[string]interface{} {
	value := map[string]interface{}{}
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		value["Error"] = err.Error()
	}
	return value
}

func fromYAMLArray(text string) []interface{} {
	value := []interface{}{}
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		value = []interface{}{err.Error()}
	}
	return value
}
