package dev.namewell.server.admin;

import dev.namewell.core.dns.DnsName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command in words, carried out. */
final class ControlLine {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLine.class);
  private static final String KNOWN =
      "flush all, flush name NAME, flush subtree NAME, stats, reload";

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
      case "stats" -> words.length == 1 ? commands.stats() : unknown();
      case "reload" -> words.length == 1 ? commands.reload() : unknown();
      default -> unknown();
    };
  }

  private static String flush(String[] words, ControlCommands commands) {
    if (words.length == 2 && words[1].equals("all")) {
      return commands.flushAll();
    }
    if (words.length != 3 || !words[1].equals("name") && !words[1].equals("subtree")) {
      return unknown();
    }
    DnsName name;
    try {
      name = DnsName.parse(words[2]);
    } catch (IllegalArgumentException notAName) {
      return ControlCommands.ERROR + " not a domain name: " + notAName.getMessage();
    }
    return words[1].equals("name") ? commands.flushName(name) : commands.flushSubtree(name);
  }

  private static String unknown() {
    return ControlCommands.ERROR + " unknown command; known are: " + KNOWN;
  }
}
