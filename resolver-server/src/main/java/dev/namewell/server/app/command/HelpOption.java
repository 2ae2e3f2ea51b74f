package dev.namewell.server.app.command;

import picocli.CommandLine.Option;

/** The option {@code --help}, which every command has. */
final class HelpOption {
  /** Read by the command line library, which then shows the help instead of running the command. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  boolean shown;
}
