package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What package managers write stays: among it the Go SDK's module, which no generator writes.
var foreign = []string{"node_modules", "bin", "go.mod", "go.sum", "package-lock.json", "__pycache__"}

// synchronize makes the folder hold exactly these files and returns those that differed; with check it changes nothing.
func synchronize(folder string, made files, check bool) ([]string, error) {
	var differing []string
	for name, text := range made {
		path := filepath.Join(folder, name)
		today, err := os.ReadFile(path)
		if err == nil && bytes.Equal(today, text) {
			continue
		}
		differing = append(differing, path)
		if check {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return nil, err
		}
	}
	extra, err := others(folder, made)
	if err != nil {
		return nil, err
	}
	if !check {
		for _, path := range extra {
			if err := os.Remove(path); err != nil {
				return nil, err
			}
		}
	}
	differing = append(differing, extra...)
	slices.Sort(differing)
	return differing, nil
}

// others are the files of the folder that were not made now: types that are gone.
func others(folder string, made files) ([]string, error) {
	var extra []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if slices.Contains(foreign, entry.Name()) || strings.HasSuffix(entry.Name(), ".egg-info") {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if _, ours := made[filepath.ToSlash(name)]; !ours && !entry.IsDir() {
			extra = append(extra, path)
		}
		return nil
	})
	return extra, err
}
