package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// metadata is .Chart in templates: Helm capitalises the keys of Chart.yaml.
type metadata struct {
	APIVersion  string   `json:"apiVersion"`
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	AppVersion  string   `json:"appVersion"`
	Description string   `json:"description"`
	Type        string   `json:"type"`
	KubeVersion string   `json:"kubeVersion"`
	Home        string   `json:"home"`
	Icon        string   `json:"icon"`
	Sources     []string `json:"sources"`
	Keywords    []string `json:"keywords"`
}

type chart struct {
	metadata  metadata
	values    map[string]interface{}
	templates map[string]string
	files     files
}

// loadChart reads a chart's directory.
func loadChart(directory string) (*chart, error) {
	text, err := os.ReadFile(filepath.Join(directory, "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	loaded := &chart{templates: map[string]string{}, files: files{}}
	if err := yaml.UnmarshalStrict(text, &loaded.metadata); err != nil {
		return nil, fmt.Errorf("Chart.yaml: %w", err)
	}
	if loaded.values, err = readValues(filepath.Join(directory, "values.yaml")); err != nil {
		return nil, err
	}
	return loaded, filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(directory, path)
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(name, "templates/"):
			loaded.templates[name] = string(content)
		case name != "Chart.yaml" && name != "values.yaml" && name != "values.schema.json":
			loaded.files[name] = content
		}
		return nil
	})
}

// readValues reads a file of values. As in Helm they pass through JSON, so every number is a float64.
func readValues(path string) (map[string]interface{}, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]interface{}{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return values, nil
}

// merged returns values with overrides: maps key by key, everything else as a whole. null removes a key.
func merged(values, overrides map[string]interface{}) map[string]interface{} {
	result := map[string]interface{}{}
	for key, value := range values {
		result[key] = value
	}
	for key, value := range overrides {
		inner, isMap := value.(map[string]interface{})
		before, wasMap := result[key].(map[string]interface{})
		switch {
		case value == nil:
			delete(result, key)
		case isMap && wasMap:
			result[key] = merged(before, inner)
		default:
			result[key] = value
		}
	}
	return result
}

func toJSON(value interface{}) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}
