// Command sdk writes sdk/{nodejs,python,go} from schema.json, which it validates; with -check it only says what is stale.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-kvm"

type files = map[string][]byte

// A language names its folder under sdk/ and makes the files in it.
type language struct {
	name     string
	generate func(*schema.Package) (files, error)
}

var languages = []language{
	{"nodejs", func(p *schema.Package) (files, error) {
		return nodejs.GeneratePackage(tool, p, nil, nil, true, nil)
	}},
	{"python", func(p *schema.Package) (files, error) {
		return python.GeneratePackage(tool, p, nil, nil)
	}},
	{"go", func(p *schema.Package) (files, error) {
		return gogen.GeneratePackage(tool, p, nil)
	}},
}

func main() {
	root := flag.String("root", ".", "the checkout")
	version := flag.String("version", "0.0.0", "the version of the SDKs")
	check := flag.Bool("check", false, "write nothing, fail when something is stale")
	flag.Parse()
	stale, err := run(*root, *version, *check)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sdk:", err)
		os.Exit(1)
	}
	if stale {
		fmt.Fprintln(os.Stderr, "sdk: run `make sdk` and commit")
		os.Exit(1)
	}
}

func run(root, version string, check bool) (stale bool, err error) {
	text, err := os.ReadFile(filepath.Join(root, "schema.json"))
	if err != nil {
		return false, err
	}
	for _, l := range languages {
		// Generators leave their marks on a package: each gets a fresh one.
		pkg, err := bind(text, version)
		if err != nil {
			return false, err
		}
		made, err := l.generate(pkg)
		if err != nil {
			return false, fmt.Errorf("%s: %w", l.name, err)
		}
		differing, err := synchronize(filepath.Join(root, "sdk", l.name), made, check)
		if err != nil {
			return false, err
		}
		if check {
			for _, path := range differing {
				fmt.Fprintln(os.Stderr, "sdk: stale:", path)
			}
		} else {
			fmt.Printf("sdk: %s: %d files, %d of them changed\n", l.name, len(made), len(differing))
		}
		stale = stale || check && len(differing) > 0
	}
	return stale, nil
}

// Binding validates against Pulumi's metaschema.
func bind(text []byte, version string) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("schema.json: %w", err)
	}
	spec.Version = version
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	for _, d := range diagnostics {
		fmt.Fprintln(os.Stderr, "sdk: schema.json:", d)
	}
	if diagnostics.HasErrors() {
		return nil, fmt.Errorf("schema.json is not valid: %w", diagnostics)
	}
	return pkg, nil
}
