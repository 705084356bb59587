package step

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
)

// Near says which channels are neighbors: those whose sensors are side by side, or
// those that a table names. The zero Near knows of none.
type Near struct {
	Sensors   string // a system of sensor.Systems, a file of positions, a recording or a Dataset; may be ""
	Adjacency string // table with the columns "channel" and "neighbor", in place of Sensors; may be ""
}

// Inputs are the files that it reads.
func (n Near) Inputs() (files []string) {
	_, err := sensor.Standard(n.Sensors)
	switch {
	case filepath.Base(n.Sensors) == sensor.PlacesFile:
		files = append(files, filepath.Dir(n.Sensors)) // which is there even when no position is known
	case n.Sensors != "" && err != nil:
		files = append(files, n.Sensors)
	}
	if n.Adjacency != "" {
		files = append(files, n.Adjacency)
	}
	return files
}

// asked reports whether neighbors are to be known.
func (n Near) asked() bool { return n != Near{} }

// among finds the neighbors among channels.
//
//	errors   sensors and a table, none of whose channels is there; what cannot be
//	         read
func (n Near) among(env *Env, channels []string) (*rsa.Neighbors, error) {
	switch {
	case channels == nil:
		return nil, errors.New("neighbors are those of channels, and these RDMs are of none: make them with --each channel, or leave sensors and adjacency out")
	case n.Sensors != "" && n.Adjacency != "":
		return nil, errors.New("neighbors are given by sensors and by a table: leave one of the two out")
	}
	edges, source, err := n.edges(channels)
	if err != nil {
		return nil, err
	}
	found := &rsa.Neighbors{Source: source}
	if found.Adjacency, err = inference.Edges(len(channels), edges); err != nil {
		return nil, err
	}
	var alone []string
	for c, name := range channels {
		near := len(found.Adjacency.Neighbors(c))
		found.Mean += float64(near) / float64(len(channels))
		if near == 0 {
			alone = append(alone, name)
		}
	}
	if len(alone) > 0 {
		env.warn(fmt.Sprintf("%s: nobody's neighbors, and clusters of their own at most: %s: %s", n.Sensors+n.Adjacency, counted(len(alone), "channel"), briefly(alone)))
	}
	return found, nil
}

// edges are pairs of channels that are neighbors, and who says so.
func (n Near) edges(channels []string) (edges [][2]int, source string, err error) {
	if n.Adjacency != "" {
		edges, err = tabledEdges(n.Adjacency, channels)
		return edges, "the table " + file.Stem(n.Adjacency), err
	}
	layouts, err := placesOf(n.Sensors)
	if err != nil {
		return nil, "", err
	}
	for _, l := range layouts {
		near, from, err := sideBySide(l, channels)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", n.Sensors, err)
		}
		for i, c := range from {
			for _, k := range near.Adjacency.Neighbors(i) {
				edges = append(edges, [2]int{c, from[k]})
			}
		}
		if len(from) > 0 && source == "" {
			source = "Delaunay's triangulation without long edges, " + l.Source
		}
	}
	if source == "" {
		return nil, "", fmt.Errorf("%s: none of the channels (%s) is a sensor with a position (%s)", n.Sensors, briefly(channels), briefly(layouts[0].Names))
	}
	return edges, source, nil
}

// sideBySide finds the sensors of a layout among channels, and which of them are
// neighbors: neighbor i is channel from[i].
func sideBySide(l *sensor.Layout, channels []string) (near sensor.Neighbors, from []int, err error) {
	var places []int
	for c, k := range l.Match(channels) {
		if k >= 0 && !slices.Contains(places, k) {
			from, places = append(from, c), append(places, k)
		}
	}
	if len(from) == 0 {
		return near, nil, nil
	}
	near, err = l.Pick(places).Neighbors()
	return near, from, err
}

// placesOf returns the sensors of what a Near can name: those of a helmet together.
func placesOf(from string) (layouts []*sensor.Layout, err error) {
	kind, unreadable := exchange.Contents(from)
	switch {
	case filepath.Base(from) == sensor.PlacesFile:
		layouts, err = sensor.OpenPlaces(from)
	case unreadable == nil && kind == exchange.KindDataset:
		var channels []recording.Channel
		if channels, err = datasetChannels(from); channels != nil {
			layouts, err = sensor.Types(&recording.Header{Path: from, Channels: channels})
		}
	default:
		layouts, err = sensorsOf(from)
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && layouts == nil {
		err = fmt.Errorf("%s does not say where channels are: name a system of electrodes, a file of positions or a recording as sensors, or a table of neighbors", from)
	}
	if err != nil {
		return nil, err
	}
	return helmets(layouts), nil
}

// helmets makes one layout of the magnetometers and the gradiometers of a helmet,
// which lie on one paper.
func helmets(layouts []*sensor.Layout) (all []*sensor.Layout) {
	var helmet *sensor.Layout
	for _, l := range layouts {
		coils := l.Len() > 0 && slices.Contains([]recording.Kind{recording.Magnetometer, recording.Gradiometer}, l.Kinds[0])
		if !coils {
			all = append(all, l)
			continue
		}
		if helmet == nil {
			helmet = &sensor.Layout{Source: l.Source, Center: l.Center, Radius: l.Radius}
			all = append(all, helmet)
		}
		helmet.Names = slices.Concat(helmet.Names, l.Names)
		helmet.Kinds = slices.Concat(helmet.Kinds, l.Kinds)
		helmet.Places = slices.Concat(helmet.Places, l.Places)
	}
	return all
}

// tabledEdges reads pairs of neighbors. Channels that are not among those compared
// are left out with their pairs.
func tabledEdges(path string, channels []string) (edges [][2]int, err error) {
	table, err := readLabelTable(path, -1, "neighbors")
	if err != nil {
		return nil, err
	}
	known := sensor.Layout{Names: channels}
	var ends [2][]int
	for i, column := range []string{"channel", "neighbor"} {
		if table.labels[column] == nil {
			return nil, file.Malformed(path, -1, "columns", "none is called %s, or it is empty: a row names a channel and its neighbor", column)
		}
		ends[i] = known.Match(table.labels[column])
	}
	for i, from := range ends[0] {
		if to := ends[1][i]; from >= 0 && to >= 0 {
			edges = append(edges, [2]int{from, to})
		}
	}
	if len(edges) == 0 {
		return nil, fmt.Errorf("%s: no pair of neighbors (%s and %s, …) is among the channels (%s)", path, table.labels["channel"][0], table.labels["neighbor"][0], briefly(channels))
	}
	return edges, nil
}
