package dev.namewell.server.app.command;

import dev.namewell.server.app.Terminal;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The option {@code --config}, shared by commands that read a configuration. */
final class ConfigOption {
  @Mixin HelpOption help = new HelpOption();

  @Option(
      names = {"-c", "--config"},
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "Configuration (default: $NAMEWELL_CONFIG, else /etc/namewell/namewell.yaml, else"
              + " built-in defaults).")
  @Nullable Path file;

  ConfigSource source(Terminal terminal) {
    return ConfigSource.find(Optional.ofNullable(file), terminal.environment(), Map.of());
  }

  /** The same with a file that was named in another way. */
  static ConfigSource source(Terminal terminal, Path named) {
    return ConfigSource.find(Optional.of(named), terminal.environment(), Map.of());
  }

  /** Tells what is wrong and returns the exit code for it. */
  static int complain(Terminal terminal, List<Problem> problems) {
    for (Problem problem : problems) {
      terminal.err().println(problem);
    }
    int count = problems.size();
    terminal.err().println(count + (count == 1 ? " problem." : " problems."));
    return Commands.EXIT_USAGE;
  }
}
