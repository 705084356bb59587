package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/unit"
)

const (
	cacheName     = ".isocortex"      // of a store beside results
	cacheVariable = "ISOCORTEX_CACHE" // names a store for all of them
)

// cacheFolder is where what a result is made of is kept, if no flag says.
func cacheFolder(out string) string {
	return cmp.Or(os.Getenv(cacheVariable), filepath.Join(filepath.Dir(filepath.Clean(out)), cacheName))
}

// cache is the verb that tends what was kept.
func (a *app) cache() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cache list|verify|prune [FOLDER]",
		Short: "List, verify or prune what 'run' has kept",
		Long: `'run' keeps what every step made in a folder .isocortex beside the result, under
a key made from its inputs' content, its options and the program: nothing is
made twice. Results are linked to it where the file system can. They share disk,
and either can go without the other. ISOCORTEX_CACHE names one folder for all
results; 'run --cache' one for this run.`,
		Args: operands(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("cache: %q is none of list, verify, prune", args[0]), cmd.CommandPath()}
		},
	}
	cmd.AddCommand(a.cacheList(), a.cacheVerify(), a.cachePrune())
	return cmd
}

// store opens the store that is named, or that of the working folder.
func store(args []string) (*cache.Store, error) {
	folder := cmp.Or(os.Getenv(cacheVariable), cacheName)
	if len(args) > 0 {
		folder = args[0]
	}
	if below := filepath.Join(folder, cacheName); !cache.Is(folder) && cache.Is(below) {
		folder = below
	}
	if _, err := os.Stat(filepath.Join(folder, "steps.json")); err == nil { // a result
		folder = cacheFolder(folder)
	}
	if !cache.Is(folder) {
		return nil, fmt.Errorf("%s: here is nothing that 'isocortex run' has kept: name the folder %s, or the result beside it", folder, cacheName)
	}
	return cache.Open(folder)
}

// kept is an entry as programs are told of it.
type kept struct {
	Key     cache.Key `json:"key"`
	Verb    string    `json:"verb"`
	Name    string    `json:"name"`
	Bytes   int64     `json:"bytes"`
	Seconds float64   `json:"seconds"`
	Used    time.Time `json:"used"`
}

func describeKept(listings []cache.Listing) []kept {
	all := []kept{}
	for _, l := range listings {
		all = append(all, kept{l.Key, l.Record.Verb, l.Record.Name, l.Bytes, l.Record.Seconds, l.Used.UTC().Round(time.Second)})
	}
	return all
}

// showKept prints entries, and what they take together.
func showKept(w io.Writer, all []kept, what string) {
	total := int64(0)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range all {
		total += k.Bytes
		fmt.Fprintf(table, "%.12s\t%s\t%s\t%.1f s\t%s\n", k.Key, k.Used.Local().Format("2006-01-02 15:04"), unit.Bytes(k.Bytes), k.Seconds, k.Name)
	}
	table.Flush()
	fmt.Fprintf(w, "%d steps %s, %s\n", len(all), what, unit.Bytes(total))
}

func (a *app) cacheList() *cobra.Command {
	return &cobra.Command{
		Use:     "list [FOLDER]",
		Short:   "List what is kept, the most recently used first",
		Example: "  isocortex cache list",
		Args:    operands(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := store(args)
			if err != nil {
				return err
			}
			listings, err := s.List()
			if err != nil {
				return err
			}
			all := describeKept(listings)
			return a.print(all, func(w io.Writer) { showKept(w, all, "are kept") })
		},
	}
}

func (a *app) cacheVerify() *cobra.Command {
	return &cobra.Command{
		Use:     "verify [FOLDER]",
		Short:   "Read all that is kept; what is damaged goes, and is made again",
		Example: "  isocortex cache verify",
		Args:    operands(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := store(args)
			if err != nil {
				return err
			}
			env := a.environment()
			damaged, err := s.Verify(cmd.Context(), env.Budget)
			if err != nil {
				return err
			}
			for _, text := range damaged {
				a.warn(text)
			}
			return a.print(map[string]int{"damaged": len(damaged)}, func(w io.Writer) {
				fmt.Fprintf(w, "%d damaged\n", len(damaged))
			})
		},
	}
}

func (a *app) cachePrune() *cobra.Command {
	age, size, all := "", "", false
	cmd := &cobra.Command{
		Use:   "prune [FOLDER] [--unused AGE] [--keep SIZE] [--all]",
		Short: "Remove what is kept, all or the least recently used; results stay",
		Example: "  isocortex cache prune --unused \"30 d\"\n" +
			"  isocortex cache prune --keep \"10 GB\"",
		Args: operands(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := store(args)
			if err != nil {
				return err
			}
			if !all && age == "" && size == "" {
				return errors.New("say what goes: --unused AGE, --keep SIZE or --all")
			}
			limit, err := pruneLimit(age, size)
			if err != nil {
				return err
			}
			if all {
				limit = cache.Limit{}
			}
			listings, err := s.Prune(limit)
			if err != nil {
				return err
			}
			gone := describeKept(listings)
			return a.print(gone, func(w io.Writer) { showKept(w, gone, "removed") })
		},
	}
	cmd.Flags().StringVar(&age, "unused", "", "`age`: remove what was of no use for so long, such as \"30 d\"")
	cmd.Flags().BoolVar(&all, "all", false, "remove everything")
	cmd.Flags().StringVar(&size, "keep", "", "`size`: remove the least recently used beyond it, such as \"10 GB\"")
	return cmd
}

// pruneLimit reads the flags.
func pruneLimit(age, size string) (cache.Limit, error) {
	limit := cache.Limit{Bytes: -1}
	if age != "" {
		seconds, err := unit.Parse(age, unit.Time)
		if err != nil {
			return limit, fmt.Errorf("--unused: %w", err)
		}
		limit.Age = time.Duration(seconds * float64(time.Second))
	}
	if size != "" {
		bytes, err := unit.Parse(size, unit.Size)
		if err != nil {
			return limit, fmt.Errorf("--keep: %w", err)
		}
		limit.Bytes = int64(bytes)
	}
	return limit, nil
}
