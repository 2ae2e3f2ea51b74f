package dev.namewell.server.app.command;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.engine.Engine.Traced;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.wire.Edns;
import dev.namewell.server.app.Terminal;
import dev.namewell.server.app.Tracer;
import dev.namewell.server.app.TrailText;
import dev.namewell.server.client.ClientQuery;
import dev.namewell.server.client.ClientQuery.Flag;
import dev.namewell.server.client.DnsClient;
import dev.namewell.server.client.DnsClient.Outcome;
import dev.namewell.server.client.QueryBytes;
import dev.namewell.server.client.ReplyJson;
import dev.namewell.server.client.ReplyText;
import dev.namewell.server.config.ConfigSource.Reading;
import dev.namewell.server.config.Problem;
import dev.namewell.server.config.value.Addresses;
import dev.namewell.server.config.value.Units;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ReverseMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A small dig. */
@Command(
    name = "query",
    sortOptions = false,
    description = {
      "Asks a DNS server and shows its reply.",
      "Exit code: 0 a reply came (with --fail only if it is NOERROR or NXDOMAIN),",
      "1 --fail or --health found a failure, 2 wrong use, 9 no reply."
    })
final class QueryCommand implements Callable<Integer> {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_NO_REPLY = 9;
  private static final int OWN_PORT = 5300;
  private static final int MAX_TRIES = 20;
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);

  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Parameters(
      paramLabel = "[@SERVER] NAME [TYPE] [CLASS]",
      hideParamSyntax = true,
      description = {
        "SERVER: default is where the configuration says that Namewell listens.",
        "TYPE: default is A. CLASS: default is IN."
      })
  private List<String> words = List.of();

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "The server's port.")
  private int port = -1;

  @Option(names = "-x", paramLabel = "ADDRESS", description = "Asks for the name of an address.")
  private @Nullable String reverse;

  @Option(
      names = {"--tcp", "+tcp"},
      description = "Over TCP only.")
  private boolean tcp;

  @Option(
      names = {"--dnssec", "+dnssec"},
      description = "Wishes for DNSSEC records (DO).")
  private boolean dnssec;

  @Option(
      names = {"--short", "+short"},
      description = "Shows only the data of the answer.")
  private boolean brief;

  @Option(
      names = {"--norecurse", "+norecurse"},
      description = "Without recursion (RD=0).")
  private boolean noRecursion;

  @Option(
      names = {"--cd", "+cd"},
      description = "Checking disabled (CD).")
  private boolean checkingDisabled;

  @Option(
      names = {"--ad", "+ad"},
      description = "Sets AD in the query.")
  private boolean authenticData;

  @Option(
      names = {"--nsid", "+nsid"},
      description = "Asks for the server's identity (RFC 5001).")
  private boolean nsid;

  @Option(
      names = {"--ignore", "+ignore"},
      description = "Shows a truncated reply, does not go to TCP.")
  private boolean ignoreTruncation;

  @Option(
      names = {"--bufsize", "+bufsize"},
      paramLabel = "OCTETS",
      description = "UDP payload size in EDNS; 0 for no EDNS (default: 1232).")
  private int bufsize = Edns.DEFAULT_UDP_PAYLOAD;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "For each try, as 800ms or 2s (default: 5s).")
  private @Nullable String timeout;

  @Option(names = "--tries", paramLabel = "N", description = "Tries over UDP (default: 3).")
  private int tries = 3;

  @Option(names = "--json", description = "Shows one JSON object.")
  private boolean json;

  @Option(
      names = "--trace",
      description = {
        "Resolves the name here as the configuration says, with nothing remembered, and",
        "shows which server said what, and what the answer is proved by (DNSSEC)."
      })
  private boolean trace;

  @Option(
      names = "--from-root",
      description = "As --trace, from the root servers down where the configuration forwards.")
  private boolean fromRoot;

  @Option(names = "--fail", description = "A reply other than NOERROR or NXDOMAIN is a failure.")
  private boolean fail;

  @Option(
      names = "--health",
      description = "Shows nothing; exit code 0 if the server answers a query for the root's NS.")
  private boolean health;

  QueryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ClientQuery query;
    try {
      query = query();
    } catch (IllegalArgumentException e) {
      terminal.err().println(e.getMessage());
      return Commands.EXIT_USAGE;
    }
    if (trace || fromRoot) {
      return trace(query);
    }
    if (health) {
      return HealthCheck.probe(query.server(), terminal);
    }
    Outcome outcome = new DnsClient().ask(query);
    try {
      return show(query, outcome);
    } catch (IllegalArgumentException e) {
      terminal.err().println(e.getMessage());
      return EXIT_NO_REPLY;
    }
  }

  private int trace(ClientQuery query) {
    Question question =
        new Question(
            DnsName.fromWire(query.name(), 0, query.name().length),
            query.type(),
            query.recordClass(),
            dnssec,
            checkingDisabled);
    return switch (config.source(terminal).read()) {
      case Reading.Rejected(List<Problem> problems) -> ConfigOption.complain(terminal, problems);
      case Reading.Accepted(Settings settings, List<Problem> _) -> {
        try {
          Settings followed = fromRoot ? Tracer.fromRoot(settings) : settings;
          Traced traced = Tracer.trace(followed, question);
          terminal
              .out()
              .print(json ? TrailText.json(question, traced) : TrailText.tree(question, traced));
          yield traced.outcome() instanceof Failure ? EXIT_FAILED : 0;
        } catch (IOException e) {
          terminal.err().println(e.getMessage());
          yield EXIT_NO_REPLY;
        }
      }
    };
  }

  private int show(ClientQuery query, Outcome outcome) {
    if (json) {
      terminal.out().print(ReplyJson.write(query, outcome));
    }
    return switch (outcome) {
      case Outcome.Reply reply -> {
        if (!json) {
          String text = brief ? ReplyText.brief(reply) : ReplyText.whole(query, reply);
          terminal.out().print(text);
        }
        yield fail && !ReplyText.isAnswer(reply) ? EXIT_FAILED : 0;
      }
      case Outcome.Silence(String reason) -> {
        if (!json) {
          InetSocketAddress server = query.server();
          String place = Endpoint.text(server.getAddress()) + "#" + server.getPort();
          terminal.err().println("No reply from " + place + ": " + reason);
        }
        yield EXIT_NO_REPLY;
      }
    };
  }

  private ClientQuery query() {
    String server = null;
    List<String> rest = new ArrayList<>();
    for (String word : words) {
      if (word.startsWith("@")) {
        server = word.substring(1);
      } else if (word.startsWith("+")) {
        throw new IllegalArgumentException("Unknown option " + word + "; see --help");
      } else {
        rest.add(word);
      }
    }
    int type = RecordType.A;
    String given = reverse;
    if (given != null) {
      rest.addFirst(reverseName(given));
      type = RecordType.PTR;
    } else if (rest.isEmpty() && health) {
      rest.add(".");
    } else if (rest.isEmpty()) {
      throw new IllegalArgumentException("Which name? As: namewell query example.com AAAA");
    }
    int recordClass = RecordClass.IN;
    for (String word : rest.subList(1, rest.size())) {
      Integer number = RecordType.parse(word);
      if (number != null) {
        type = number;
      } else {
        recordClass = recordClass(word);
      }
    }
    checkNumbers();
    return new ClientQuery(
        server(server), name(rest.getFirst()), type, recordClass, flags(), bufsize, time(), tries);
  }

  private void checkNumbers() {
    if (bufsize < 0 || bufsize > 0xffff) {
      throw new IllegalArgumentException("--bufsize is 0 to 65535");
    }
    if (tries < 1 || tries > MAX_TRIES) {
      throw new IllegalArgumentException("--tries is 1 to " + MAX_TRIES);
    }
  }

  private Set<Flag> flags() {
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    add(flags, tcp, Flag.TCP);
    add(flags, !noRecursion, Flag.RECURSION_DESIRED);
    add(flags, checkingDisabled, Flag.CHECKING_DISABLED);
    add(flags, authenticData, Flag.AUTHENTIC_DATA);
    add(flags, dnssec, Flag.DNSSEC_OK);
    add(flags, nsid, Flag.NSID);
    add(flags, ignoreTruncation, Flag.IGNORE_TRUNCATION);
    return flags;
  }

  private static void add(Set<Flag> flags, boolean wished, Flag flag) {
    if (wished) {
      flags.add(flag);
    }
  }

  private Duration time() {
    String text = timeout;
    if (text == null) {
      return USUAL_TIMEOUT;
    }
    Duration time = Units.readDuration(text);
    if (time.isZero()) {
      throw new IllegalArgumentException("--timeout is above 0s");
    }
    return time;
  }

  private InetSocketAddress server(@Nullable String text) {
    if (text == null) {
      return withPort(ownListener());
    }
    try {
      return withPort(Addresses.parse(text, Addresses.DNS_PORT));
    } catch (IllegalArgumentException e) {
      try {
        return withPort(new Address(InetAddress.getByName(text), Addresses.DNS_PORT));
      } catch (UnknownHostException _) {
        throw new IllegalArgumentException("Unknown server " + text, e);
      }
    }
  }

  private InetSocketAddress withPort(Address address) {
    if (port > 0xffff) {
      throw new IllegalArgumentException("--port is 0 to 65535");
    }
    return new InetSocketAddress(address.ip(), port < 0 ? address.port() : port);
  }

  /** The first listener; one on all addresses is asked on the loopback address of its family. */
  private Address ownListener() {
    List<Address> listen = config.source(terminal).glance().listen();
    Address first = listen.isEmpty() ? Addresses.parse("127.0.0.1", OWN_PORT) : listen.getFirst();
    if (!first.ip().isAnyLocalAddress()) {
      return first;
    }
    boolean ipv6 = first.ip().getAddress().length > Integer.BYTES;
    return new Address(Addresses.parse(ipv6 ? "::1" : "127.0.0.1", 0).ip(), first.port());
  }

  private static byte[] name(String text) {
    String ascii = text;
    if (!text.chars().allMatch(c -> c < 0x80)) {
      ascii = java.net.IDN.toASCII(text);
    }
    try {
      return QueryBytes.name(ascii);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Not a domain name: " + text + ": " + e.getMessage(), e);
    }
  }

  private static String reverseName(String text) {
    return ReverseMap.fromAddress(Addresses.parse(text, 0).ip()).toString();
  }

  private static int recordClass(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "IN" -> RecordClass.IN;
      case "CH", "CHAOS" -> RecordClass.CH;
      default -> throw new IllegalArgumentException("Neither a type nor a class: " + text);
    };
  }
}
