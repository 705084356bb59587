package projection

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// Names of the arrays in the file of a PCA.
const (
	componentsName    = "components"
	meanName          = "mean"
	variancesName     = "variances"
	totalName         = "total"
	fittedName        = "fitted"
	productsName      = "products"
	sumsName          = "sums"
	descriptionPrefix = "description."
)

// Write writes p to path as an .npz file that numpy.load reads, whole or not at
// all.
func (p *PCA) Write(path string) error {
	archive, err := npy.CreateRows(path, componentsName, npy.Float32, []int{p.Channels(), p.Units()})
	if err != nil {
		return err
	}
	if err := archive.WriteRows(0, p.Components); err != nil {
		archive.Abandon()
		return err
	}
	return archive.Finish(p.writeNumbers)
}

// writeNumbers writes what stands beside the components.
func (p *PCA) writeNumbers(archive *npy.Writer) error {
	k := p.Channels()
	arrays := map[string]*npy.Array{
		meanName: npy.Vector(p.Mean), variancesName: npy.Vector(p.Variances), sumsName: npy.Vector(p.sums),
		totalName:    {Shape: []int{}, Data: []float64{p.Total}},
		fittedName:   {Shape: []int{}, Data: []float64{float64(p.Fitted)}},
		productsName: {Shape: []int{k + 1, k + 1}, Data: p.products},
	}
	for name, text := range p.Description {
		arrays[descriptionPrefix+name] = &npy.Array{Shape: []int{}, Data: []string{text}}
	}
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		if err := archive.Add(name, arrays[name]); err != nil {
			return err
		}
	}
	return nil
}

// Open reads the PCA at path, which multiplies by what is given. Its components
// view the file, so that they take no memory of their own.
//
//	errors   *file.ParseError for a file that holds no PCA, or one that is damaged
func Open(path string, by engine.Multiplier) (*PCA, error) {
	archive, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	p := &PCA{archive: archive, by: by, Description: map[string]string{}}
	if err := p.read(); err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return p, nil
}

// Close gives back the file that the components may view.
func (p *PCA) Close() error {
	if p.archive == nil {
		return nil
	}
	archive := p.archive
	p.archive = nil
	return archive.Close()
}

func (p *PCA) read() error {
	if !p.archive.Has(componentsName) {
		return file.Malformed(p.archive.Path(), -1, componentsName, "there is no such array, so these are no principal components; it has %s", strings.Join(p.archive.Names(), ", "))
	}
	components, _, err := p.archive.Map(componentsName)
	if err != nil {
		return err
	}
	numbers, narrow := components.Data.([]float32)
	if !narrow || len(components.Shape) != 2 || components.Len() == 0 {
		return p.broken(componentsName, "shape %v: components × units of float32 are needed", components.Shape)
	}
	p.Components = numbers
	k, units := components.Shape[0], components.Shape[1]
	if err := p.readNumbers(k, units); err != nil {
		return err
	}
	return p.readDescription()
}

// readNumbers reads what stands beside the components.
func (p *PCA) readNumbers(k, units int) error {
	var total, fitted []float64
	for _, part := range []struct {
		name   string
		to     *[]float64
		length int
	}{
		{meanName, &p.Mean, units},
		{variancesName, &p.Variances, k},
		{sumsName, &p.sums, k + 1},
		{productsName, &p.products, (k + 1) * (k + 1)},
		{totalName, &total, 1},
		{fittedName, &fitted, 1},
	} {
		array, err := p.archive.Read(part.name)
		if err != nil {
			return err
		}
		if *part.to, err = array.Float64s(); err != nil {
			return p.broken(part.name, "%w", err)
		}
		if len(*part.to) != part.length {
			return p.broken(part.name, "%d numbers for %d components of %d units", len(*part.to), k, units)
		}
	}
	p.Total, p.Fitted = total[0], int(fitted[0])
	return nil
}

func (p *PCA) readDescription() error {
	for _, name := range p.archive.Names() {
		what, ours := strings.CutPrefix(name, descriptionPrefix)
		if !ours {
			continue
		}
		array, err := p.archive.Read(name)
		if err != nil {
			return err
		}
		texts, err := array.Strings()
		if err != nil || len(texts) != 1 {
			return p.broken(name, "no text")
		}
		p.Description[what] = texts[0]
	}
	return nil
}

func (p *PCA) broken(name, format string, args ...any) error {
	return file.Malformed(p.archive.Path(), -1, name, "%w", fmt.Errorf(format, args...))
}
