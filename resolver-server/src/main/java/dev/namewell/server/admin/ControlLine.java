package dev.namewell.server.admin;

import dev.namewell.core.dns.DnsName;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command in words, carried out. */
final class ControlLine {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLine.class);
  private static final String KNOWN =
      "flush all, flush name NAME, flush subtree NAME, explain [NAME], bogus, zones [NAME],"
          + " servers [ADDRESS], forget servers|ADDRESS, anchors, nta, nta add NAME [for DURATION],"
          + " nta remove NAME, stats, reload";

  private ControlLine() {}

  /** The whole reply: its first line begins with {@code ok} or {@code error:}. */
  static String run(String line, ControlCommands commands) {
    String result;
    try {
      result = dispatch(line.strip().split("\\s+"), commands);
    } catch (RuntimeException defect) {
      LOG.error("defect in control command: please report this", defect);
      result = ControlCommands.ERROR + " a defect: see the log";
    }
    String reply = result.startsWith(ControlCommands.ERROR) ? result : "ok " + result;
    return reply.endsWith("\n") ? reply : reply + "\n";
  }

  private static String dispatch(String[] words, ControlCommands commands) {
    return switch (words[0]) {
      case "flush" -> flush(words, commands);
      case "explain" ->
          words.length == 1
              ? commands.explainFailures()
              : words.length == 2 ? withName(words[1], commands::explain) : unknown();
      case "bogus" -> words.length == 1 ? commands.bogus() : unknown();
      case "zones" ->
          words.length <= 2
              ? withName(words.length == 2 ? words[1] : ".", commands::zones)
              : unknown();
      case "servers" ->
          words.length == 1
              ? commands.servers(Optional.empty())
              : words.length == 2
                  ? withAddress(words[1], ip -> commands.servers(Optional.of(ip)))
                  : unknown();
      case "forget" ->
          words.length != 2
              ? unknown()
              : words[1].equals("servers")
                  ? commands.forgetServers(Optional.empty())
                  : withAddress(words[1], ip -> commands.forgetServers(Optional.of(ip)));
      case "anchors" -> words.length == 1 ? commands.anchors() : unknown();
      case "nta" -> negativeAnchors(words, commands);
      case "stats" -> words.length == 1 ? commands.stats() : unknown();
      case "reload" -> words.length == 1 ? commands.reload() : unknown();
      default -> unknown();
    };
  }

  private static String flush(String[] words, ControlCommands commands) {
    if (words.length == 2 && words[1].equals("all")) {
      return commands.flushAll();
    }
    if (words.length != 3 || (!words[1].equals("name") && !words[1].equals("subtree"))) {
      return unknown();
    }
    return withName(
        words[2], words[1].equals("name") ? commands::flushName : commands::flushSubtree);
  }

  private static String negativeAnchors(String[] words, ControlCommands commands) {
    if (words.length == 1) {
      return commands.negativeAnchors();
    }
    boolean timed = words.length == 5 && words[3].equals("for");
    if (words[1].equals("add") && (words.length == 3 || timed)) {
      String duration = timed ? words[4] : "";
      return withName(words[2], zone -> commands.addNegativeAnchor(zone, duration));
    }
    return words[1].equals("remove") && words.length == 3
        ? withName(words[2], commands::removeNegativeAnchor)
        : unknown();
  }

  private static String withName(String text, Function<DnsName, String> command) {
    DnsName name;
    try {
      name = DnsName.parse(text);
    } catch (IllegalArgumentException notAName) {
      return ControlCommands.ERROR + " not a domain name: " + notAName.getMessage();
    }
    return command.apply(name);
  }

  private static String withAddress(String text, Function<InetAddress, String> command) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return ControlCommands.ERROR + " not an address: " + text;
    }
    return command.apply(address);
  }

  private static String unknown() {
    return ControlCommands.ERROR + " unknown command; known are: " + KNOWN;
  }
}
