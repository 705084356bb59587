package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// These tell shells which operands a verb takes.
var (
	studies = cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	folders = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	rdms    = cobra.FixedCompletions([]string{"npz", "npy", "mat", "h5", "hdf5", "csv"}, cobra.ShellCompDirectiveFilterFileExt)
	nothing = cobra.NoFileCompletions
)

// tuneCompletion makes the verb that cobra provides speak as the others do.
func tuneCompletion(verb *cobra.Command) {
	verb.Short = "Write the script that completes commands in your shell"
	verb.Long = ""
	verb.Use = "completion SHELL"
	verb.Example = "  isocortex completion bash > isocortex.bash\n  isocortex completion zsh > _isocortex"
	verb.Args = cobra.ArbitraryArgs
	verb.RunE = func(cmd *cobra.Command, _ []string) error {
		return usageError{errors.New("completion takes the name of a shell: bash, fish, powershell, zsh"), cmd.CommandPath()}
	}
}
