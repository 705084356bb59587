package winograd

// vectorColumns is spreadColumns, in transform_amd64.s as the others.
//
//go:noescape
func vectorColumns(dst *float32, pitch int, lines *[patch][]float32, ahead int)

// vectorRows is spreadRows.
//
//go:noescape
func vectorRows(r *rows)

// vectorPatches is gatherPatches.
//
//go:noescape
func vectorPatches(p *patches)
