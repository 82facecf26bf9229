package main

import (
	"encoding/base64"
	"path"
	"strings"
)

// files is .Files: the files of the chart that are neither templates nor values.
type files map[string][]byte

func (f files) GetBytes(name string) []byte { return f[name] }

func (f files) Get(name string) string { return string(f[name]) }

// Glob returns the files that match a pattern.
func (f files) Glob(pattern string) files {
	found := files{}
	for name, content := range f {
		if isMatch, err := path.Match(pattern, name); err == nil && isMatch {
			found[name] = content
		}
	}
	return found
}

// AsConfig is the data of a ConfigMap with these files.
func (f files) AsConfig() string {
	data := map[string]string{}
	for name, content := range f {
		data[path.Base(name)] = string(content)
	}
	return toYAML(data)
}

// AsSecrets is the data of a Secret with these files.
func (f files) AsSecrets() string {
	data := map[string]string{}
	for name, content := range f {
		data[path.Base(name)] = base64.StdEncoding.EncodeToString(content)
	}
	return toYAML(data)
}

func (f files) Lines(name string) []string {
	return strings.Split(strings.TrimSuffix(string(f[name]), "\n"), "\n")
}
