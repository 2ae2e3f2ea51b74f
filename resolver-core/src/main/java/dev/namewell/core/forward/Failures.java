package dev.namewell.core.forward;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Failure.Reason;
import dev.namewell.core.dns.Question;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.port.Events.ExchangeEnd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says for people why no upstream answered: which were asked, and what they said. */
final class Failures {
  private static final int ENOUGH_TEXT = 200;

  private Failures() {}

  static Failure of(List<Race.Try> tries, Question question, UpstreamGroup group) {
    if (group.isLoopOnly()) {
      return new Failure(
          Reason.LOOP,
          new ExtendedError(
              ExtendedError.OTHER,
              "forwarding loop: " + group.upstreams().getFirst().server() + " asks this resolver"));
    }
    Map<String, String> saidBy = new LinkedHashMap<>();
    Reason reason = Reason.UNREACHABLE;
    for (Race.Try each : tries) {
      String server = each.upstream.server().toString();
      if (each.reply() instanceof Failed failed) {
        reason = worse(reason, reason(failed.end()));
        saidBy.put(server, failed.said());
      } else {
        saidBy.putIfAbsent(server, "no response");
      }
    }
    int code =
        switch (reason) {
          case UNREACHABLE -> ExtendedError.NO_REACHABLE_AUTHORITY;
          case LIMIT_REACHED -> ExtendedError.OTHER;
          case SERVER_FAILURE, GARBLED, LOOP, BOGUS, DEADLINE, INTERNAL ->
              ExtendedError.NETWORK_ERROR;
        };
    return new Failure(reason, new ExtendedError(code, text(saidBy, reason)));
  }

  private static Reason reason(ExchangeEnd end) {
    return switch (end) {
      case TIMEOUT, UNREACHABLE, ANSWERED -> Reason.UNREACHABLE;
      case SERVFAIL, REFUSED, OTHER_RCODE -> Reason.SERVER_FAILURE;
      case GARBLED, MISMATCH -> Reason.GARBLED;
      case OVERLOADED -> Reason.LIMIT_REACHED;
    };
  }

  /** What a server said tells more than silence; a limit of ours tells most. */
  private static Reason worse(Reason one, Reason other) {
    return rank(other) > rank(one) ? other : one;
  }

  private static int rank(Reason reason) {
    return switch (reason) {
      case LIMIT_REACHED -> 3;
      case SERVER_FAILURE -> 2;
      case GARBLED -> 1;
      case UNREACHABLE, LOOP, BOGUS, DEADLINE, INTERNAL -> 0;
    };
  }

  private static String text(Map<String, String> saidBy, Reason reason) {
    StringBuilder text = new StringBuilder(ENOUGH_TEXT);
    if (reason == Reason.LIMIT_REACHED) {
      text.append("limit reached; ");
    }
    saidBy.forEach((server, said) -> text.append(server).append(": ").append(said).append("; "));
    if (text.length() >= 2) {
      text.setLength(text.length() - 2);
    }
    return text.toString();
  }
}
