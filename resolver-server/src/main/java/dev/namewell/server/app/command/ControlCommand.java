package dev.namewell.server.app.command;

import dev.namewell.server.admin.ControlClient;
import dev.namewell.server.app.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

/** Talks to a running server over its control socket. */
@Command(
    name = "control",
    description = "Tells a running server on this machine to do something.",
    subcommands = {
      ControlCommand.Flush.class,
      ControlCommand.Explain.class,
      ControlCommand.Bogus.class,
      ControlCommand.Zones.class,
      ControlCommand.Servers.class,
      ControlCommand.Anchors.class,
      ControlCommand.NegativeAnchors.class,
      ControlCommand.Stats.class,
      ControlCommand.Reload.class
    })
final class ControlCommand implements Callable<Integer> {
  /** How the first line of a reply begins that brings bad news. */
  private static final String ERROR = "error:";

  private static final int EXIT_FAILED = 1;

  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--socket",
      scope = ScopeType.INHERIT,
      paramLabel = "PATH",
      description = "The server's control socket (default: `control` of the configuration).")
  private @Nullable Path socket;

  ControlCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal
        .err()
        .println(
            "What? One of: flush, explain, bogus, zones, servers, anchors, nta, stats, reload. See"
                + " namewell control --help.");
    return Commands.EXIT_USAGE;
  }

  /** Has a command carried out; each of its words is one. */
  private int send(String... words) {
    for (String word : words) {
      if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ')) {
        terminal.err().println("Neither a name nor an address: \"" + word + "\"");
        return Commands.EXIT_USAGE;
      }
    }
    Path given = socket;
    Optional<Path> path =
        given != null ? Optional.of(given) : config.source(terminal).glance().control();
    if (path.isEmpty()) {
      terminal.err().println("The configuration says `control: off`; use --socket PATH.");
      return EXIT_FAILED;
    }
    List<String> reply;
    try {
      reply = ControlClient.send(path.get(), String.join(" ", words));
    } catch (IOException e) {
      terminal.err().println(e.getMessage());
      return EXIT_FAILED;
    }
    boolean failed = reply.getFirst().startsWith(ERROR);
    reply.forEach(failed ? terminal.err()::println : terminal.out()::println);
    return failed ? EXIT_FAILED : 0;
  }

  /** The same for a command that is about one thing, or about all there is. */
  private int sendAbout(String command, @Nullable String which) {
    return which == null ? send(command) : send(command, which);
  }

  /** Forgets answers. */
  @Command(
      name = "flush",
      description = "Forgets cached answers: all, those of a name, or of it and all below it.")
  static final class Flush implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Default: all names.")
    private @Nullable String name;

    @Option(names = "--subtree", description = "Names below it too.")
    private boolean subtree;

    @Override
    public Integer call() {
      ControlCommand parent = parent(control);
      String which = name;
      if (which == null) {
        if (subtree) {
          parent.terminal.err().println("--subtree needs a NAME.");
          return Commands.EXIT_USAGE;
        }
        return parent.send("flush", "all");
      }
      return parent.send("flush", subtree ? "subtree" : "name", which);
    }
  }

  /** Tells how resolutions went. */
  @Command(
      name = "explain",
      description = {
        "Tells why a name failed lately.",
        "Which server was asked what, what it said, and where the chain of trust breaks.",
        "Of successes a sample is kept. An extended error has the number of its explanation."
      })
  static final class Explain implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Default: latest failures.")
    private @Nullable String name;

    @Override
    public Integer call() {
      return parent(control).sendAbout("explain", name);
    }
  }

  /** Shows what could not be proved. */
  @Command(
      name = "bogus",
      description = {
        "Shows what was bogus lately (DNSSEC), the latest first, and why.",
        "How that came about: namewell control explain NAME."
      })
  static final class Bogus implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Override
    public Integer call() {
      return parent(control).send("bogus");
    }
  }

  /** Shows what was learned from referrals. */
  @Command(
      name = "zones",
      description =
          "Shows the zone cuts that recursion has learned, their servers, and the copy of the root"
              + " zone.")
  static final class Zones implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only within this domain.")
    private @Nullable String name;

    @Override
    public Integer call() {
      return parent(control).sendAbout("zones", name);
    }
  }

  /** Shows what was learned about servers. */
  @Command(
      name = "servers",
      description =
          "Shows what is known of the servers that were asked: round trip, failures, what they"
              + " stand, zones that they are lame for.")
  static final class Servers implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Parameters(arity = "0..1", paramLabel = "ADDRESS", description = "Only at this address.")
    private @Nullable String address;

    @Option(names = "--forget", description = "Forgets it instead.")
    private boolean forget;

    @Override
    public Integer call() {
      ControlCommand parent = parent(control);
      String which = address;
      if (forget) {
        return parent.send("forget", which == null ? "servers" : which);
      }
      return parent.sendAbout("servers", which);
    }
  }

  /** Shows what is trusted. */
  @Command(
      name = "anchors",
      description = "Shows the trust anchors with the states of their keys, and negative ones.")
  static final class Anchors implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Override
    public Integer call() {
      return parent(control).send("anchors");
    }
  }

  /** Sets zones aside that do not validate. */
  @Command(
      name = "nta",
      description = {
        "Shows negative trust anchors: zones that are not validated (RFC 7646).",
        "Or changes them: add NAME [for DURATION]: for a day, or as long as said, at most 7d; it"
            + " ends earlier when",
        "the zone validates again; remove NAME. For one that is there, add sets another end."
      })
  static final class NegativeAnchors implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Parameters(
        arity = "0..4",
        paramLabel = "WORD",
        description = "add NAME [for DURATION], or remove NAME.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
      ControlCommand parent = parent(control);
      String what = words.isEmpty() ? "" : words.getFirst();
      boolean known =
          switch (what) {
            case "" -> words.isEmpty();
            case "add" -> words.size() == 2 || (words.size() == 4 && words.get(2).equals("for"));
            case "remove" -> words.size() == 2;
            default -> false;
          };
      if (!known) {
        parent
            .terminal
            .err()
            .println("What? One of: nta, nta add NAME, nta add NAME for 2h, nta remove NAME.");
        return Commands.EXIT_USAGE;
      }
      List<String> line = new ArrayList<>(List.of("nta"));
      line.addAll(words);
      return parent.send(line.toArray(String[]::new));
    }
  }

  /** Shows counters. */
  @Command(name = "stats", description = "Shows what the server counts.")
  static final class Stats implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Override
    public Integer call() {
      return parent(control).send("stats");
    }
  }

  /** Reads the configuration anew. */
  @Command(
      name = "reload",
      description = "Reads the configuration anew; a wrong one leaves the old in force.")
  static final class Reload implements Callable<Integer> {
    @Mixin private HelpOption help = new HelpOption();

    @ParentCommand private @Nullable ControlCommand control;

    @Override
    public Integer call() {
      return parent(control).send("reload");
    }
  }

  private static ControlCommand parent(@Nullable ControlCommand control) {
    if (control == null) {
      throw new IllegalStateException("runs only below control");
    }
    return control;
  }
}
