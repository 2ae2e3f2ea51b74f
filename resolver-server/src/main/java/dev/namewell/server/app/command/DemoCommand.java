package dev.namewell.server.app.command;

import dev.namewell.server.app.Showroom;
import dev.namewell.server.app.Terminal;
import dev.namewell.server.demo.Demo;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the server at work without any network. */
@Command(
    name = "demo",
    description = {
      "Shows the server at work, without any network.",
      "A resolver between two upstreams on this machine, of which the first is silent. Tells what",
      "to ask, and what happens to each query."
    })
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HelpOption help = new HelpOption();

  @ArgGroup private Alone alone = new Alone();

  /** Ways to run without a visitor. */
  static final class Alone {
    @Option(names = "--tour", description = "Asks by itself, shows the replies and ends.")
    private boolean tour;

    @Option(
        names = "--train",
        paramLabel = "FILE",
        description = "Makes the JVM's start-up cache: has a server serve, which is recorded.")
    private @Nullable Path train;
  }

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return alone.train != null
        ? Showroom.train(alone.train, terminal)
        : Showroom.run(alone.tour ? Demo.Mode.TOUR : Demo.Mode.LIVE, terminal);
  }
}
