package rdm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/dataset"
)

// ofChannels is Estimate of every channel: patterns are its courses over time.
func (e Estimator) ofChannels(ctx context.Context, ds *dataset.Dataset) (*RDMs, error) {
	names := ds.Channel["name"]
	switch {
	case names == nil:
		return nil, errors.New("channels have no names, by which their RDMs would be told apart")
	case ds.Shape[2] < 2:
		return nil, fmt.Errorf("there are no times: the RDM of a channel is of its course over several, and there is %d", ds.Shape[2])
	}
	e.Each = EachTime
	r, err := e.Estimate(ctx, turned(ds))
	if err != nil {
		return nil, err
	}
	r.Times = nil
	r.Labels["channel"] = slices.Clone(names)
	if types := ds.Channel["type"]; types != nil {
		r.Labels["type"] = slices.Clone(types)
	}
	r.Definition.Text += "; here of each channel by itself, over its times"
	return r, nil
}

// turned returns a Dataset whose channels are the times of ds, without labels, and
// whose times, which only count, are its channels.
func turned(ds *dataset.Dataset) *dataset.Dataset {
	observations, channels, times := ds.Shape[0], ds.Shape[1], ds.Shape[2]
	t := &dataset.Dataset{
		Shape: [3]int{observations, times, channels}, Times: make([]float64, channels),
		Observation: ds.Observation, Description: ds.Description,
	}
	for c := range t.Times {
		t.Times[c] = float64(c)
	}
	if ds.F32 != nil {
		t.F32 = turnedNumbers(ds.F32, ds.Shape)
	} else {
		t.F64 = turnedNumbers(ds.F64, ds.Shape)
	}
	return t
}

// turnedNumbers exchanges the last two axes.
func turnedNumbers[T float32 | float64](x []T, shape [3]int) []T {
	channels, times := shape[1], shape[2]
	turned := make([]T, len(x))
	for o := range shape[0] {
		from, to := x[o*channels*times:][:channels*times], turned[o*channels*times:][:channels*times]
		for c := range channels {
			for t, v := range from[c*times:][:times] {
				to[t*channels+c] = v
			}
		}
	}
	return turned
}
