package crossval

// Parts cuts places into so many parts, one after the other, whose lengths differ by
// one at most, the longer ones last.
func Parts(places []int, count int) [][]int {
	parts := make([][]int, count)
	for i := range parts {
		n := len(places) / (count - i)
		parts[i], places = places[:n], places[n:]
	}
	return parts
}
