//go:build tools

// Package tools pins the Pulumi engine and its YAML language host, so that `go build` makes them from this module.
package tools

import (
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
