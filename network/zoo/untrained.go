package zoo

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/network"
)

// RandomMark stands between the name of a network and a seed, where its weights
// are to be drawn: alexnet@random:7.
const RandomMark = "@random:"

// Untrained returns the network that a word such as "alexnet@random:7" means, with
// the weights of network.Architecture.Untrained; is says whether the word is such a
// one.
//
//	errors   an unknown name, a seed that is no whole number
//	cost     10 ns per parameter, all of which are in memory: 2 s for VGG-16
func Untrained(word string) (net *network.Network, is bool, err error) {
	if !IsUntrained(word) {
		return nil, false, nil
	}
	a, from, err := untrained(word)
	if err != nil {
		return nil, true, err
	}
	if net, err = a.Bind(a.Untrained(from)); err == nil {
		net.Name = a.Name + RandomMark + strconv.FormatUint(from, 10)
	}
	return net, true, err
}

// IsUntrained reports whether a word asks for a network with random weights.
func IsUntrained(word string) bool {
	_, rest, cut := strings.Cut(word, "@")
	return cut && (rest == "random" || strings.HasPrefix(rest, "random:"))
}

// untrained takes such a word apart.
func untrained(word string) (network.Architecture, uint64, error) {
	name, rest, _ := strings.Cut(word, "@")
	a, err := ByName(strings.ToLower(name))
	if err != nil {
		return a, 0, fmt.Errorf("%s: %w", word, err)
	}
	from, err := strconv.ParseUint(strings.TrimPrefix(rest, "random:"), 10, 64)
	if err != nil {
		return a, 0, fmt.Errorf("%s: name the seed of the weights as a whole number: %s%s1", word, a.Name, RandomMark)
	}
	return a, from, nil
}
