package step

import (
	"cmp"
	"fmt"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/stimulus"
)

// preset says how the stimuli become the input of the network: as asked, as its
// weights expect it, less the average picture that lies beside them, in gray where
// the network has one channel. Tensors stay as they are.
func (s Activations) preset(env *Env, set *stimulus.Set, net *network.Network) (stimulus.Preset, error) {
	if own, tensors := set.AsTheyAre(); tensors {
		if s.Preprocessing != "" {
			return own, fmt.Errorf("%s holds tensors, which are taken as they are: leave preprocessing %q out", s.Stimuli, s.Preprocessing)
		}
		env.note(fmt.Sprintf("stimuli are %s", own.Definition))
		return own, nil
	}
	preset, err := stimulus.PresetByName(cmp.Or(s.Preprocessing, net.Preprocessing, DefaultPreprocessing))
	if err != nil {
		return preset, err
	}
	switch {
	case len(net.Input.Shape) > 1 && net.Input.Shape[1].Value == 1:
		preset = preset.Gray()
	case s.Preprocessing == "" && net.Average != nil:
		if preset, err = preset.Less(stimulus.Average(*net.Average)); err != nil {
			return preset, fmt.Errorf("%s: %w: name a preprocessing that fits", net.Path, err)
		}
	}
	env.note(preparation(s.Preprocessing, net, preset))
	return preset, nil
}

// preparation says what is done to pictures, and who decided it.
func preparation(asked string, net *network.Network, preset stimulus.Preset) string {
	who := "as asked"
	switch {
	case asked == "" && net.Preprocessing != "" && net.Architecture == "":
		who = "as the description of the network says"
	case asked == "" && net.Preprocessing != "":
		who = "as the weights of " + net.Architecture + " expect it"
	case asked == "":
		who = "taken as the most frequent, as the network's own is not known"
	case net.Preprocessing != "" && asked != net.Preprocessing && net.Architecture == "":
		who = fmt.Sprintf("as asked; the description of the network says %q", net.Preprocessing)
	case net.Preprocessing != "" && asked != net.Preprocessing:
		who = fmt.Sprintf("as asked; the weights of %s expect %q", net.Architecture, net.Preprocessing)
	}
	return fmt.Sprintf("pictures are prepared by %q, %s: %s", preset.Name, who, preset.Definition)
}

// origin says of responses where they come from, all but the layer.
func origin(x activation.Extraction) map[string]string {
	from := map[string]string{"preprocessing": x.Preset.Definition}
	if x.Network.Name != "" {
		from["network"] = x.Network.Name
	}
	if x.Device != (engine.Device{}) {
		from["device"] = x.Device.String() // on which bits depend
	}
	return from
}
