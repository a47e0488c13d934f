//go:build tools

// Package tools pins the Node and Python language hosts: 3.68.0 is the last SDK whose module still carries them.
package tools

import (
	_ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
	_ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
)
