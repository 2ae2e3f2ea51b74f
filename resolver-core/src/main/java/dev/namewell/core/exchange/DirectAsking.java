package dev.namewell.core.exchange;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.ServerClient.Ports;
import dev.namewell.core.exchange.ServerMemory.LetterCase;
import dev.namewell.core.exchange.ServerReply.Aliased;
import dev.namewell.core.exchange.ServerReply.Answered;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.exchange.ServerReply.Responded;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Exchange.Outgoing;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Pending;
import dev.namewell.core.port.Signal;
import dev.namewell.core.wire.Edns;
import dev.namewell.core.wire.ParsedResponse.Malformed;
import dev.namewell.core.wire.QueryWriter;
import dev.namewell.core.wire.QueryWriter.OutgoingEdns;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.Response.ServerEdns;
import dev.namewell.core.wire.ResponseReader;
import dev.namewell.core.wire.ResponseScrubber;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One question to one server, exchange by exchange: what is doubtful over UDP is asked again over
 * TCP, what is wrong over TCP is wrong.
 */
final class DirectAsking implements Asking {
  /** UDP, once more with the right cookie, TCP, TCP without EDNS; one in reserve. */
  private static final int MAX_EXCHANGES = 5;

  /** Before this much time a server that is left has not failed, it was only not the fastest. */
  private static final long LATE_NANOS = Duration.ofMillis(400).toNanos();

  /** How long TCP may take to show whether a server keeps letter case; some have no TCP at all. */
  private static final long CASE_CHECK_NANOS = Duration.ofMillis(500).toNanos();

  private static final byte[] NO_COOKIE = {};
  private static final String EXCHANGES = "exchanges for one question";

  private final Ports ports;
  private final Ask ask;
  private final ServerMemory memory;
  private final Signal arrived;
  private final long deadlineNanos;

  private int exchanges;
  private boolean newCookieTried;

  /** The only doubt was letter case, and TCP is to clear it up. */
  private boolean caseInDoubt;

  /** TCP could not clear it up. */
  private boolean withoutMixedCase;

  private @Nullable ServerReply reply;

  // The exchange that is under way.
  private @Nullable Pending pending;
  private Transport transport;
  private boolean withEdns;
  private boolean mixedCase;
  private byte[] query = {};
  private long startNanos;
  private long dueNanos;

  DirectAsking(Ports ports, Ask ask, Signal arrived) {
    this.ports = ports;
    this.ask = ask;
    this.memory = ask.memory();
    this.arrived = arrived;
    this.transport = ask.first();
    long now = ports.time().nanos();
    this.deadlineNanos = now + ask.timeout().toNanos();
    this.reply = send(ask.first(), memory.standsEdns(now));
  }

  @Override
  public @Nullable ServerReply poll() {
    while (reply == null && pending != null) {
      ExchangeResult result = pending.poll();
      if (result == null) {
        return null;
      }
      pending = null;
      reply = judge(result);
    }
    return reply;
  }

  @Override
  public long dueNanos() {
    return dueNanos;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public void close() {
    if (reply == null && pending != null) {
      pending.close();
      pending = null;
      long waited = ports.time().nanos() - startNanos;
      if (transport == Transport.UDP) {
        memory.roundTrips().addAtLeast(waited);
      }
      if (waited >= memory.roundTrips().timeoutNanos(LATE_NANOS)) {
        ended(ExchangeEnd.TIMEOUT, waited);
      }
      reply = new Failed(ExchangeEnd.TIMEOUT, -1, "given up");
    }
  }

  /** Sends the query; a failure if there is no time, or nothing left to draw on. */
  private @Nullable ServerReply send(Transport next, boolean edns) {
    long now = ports.time().nanos();
    if (now - deadlineNanos >= 0) {
      return new Failed(ExchangeEnd.TIMEOUT, -1, "no time left");
    }
    if (++exchanges > MAX_EXCHANGES || !ask.budget().takeExchange()) {
      ports.events().limitReached(EXCHANGES);
      return new Failed(ExchangeEnd.OVERLOADED, -1, EXCHANGES);
    }
    transport = next;
    withEdns = edns;
    mixedCase = !withoutMixedCase && memory.letterCase() != LetterCase.LOSES;
    byte[] plain =
        QueryWriter.write(
            ask.question(),
            ask.recursionDesired(),
            edns
                ? new OutgoingEdns(Edns.DEFAULT_UDP_PAYLOAD, memory.cookie(), next == Transport.TCP)
                : null);
    query = mixedCase ? QueryWriter.withLetterCase(plain, ports.random().nextLong()) : plain;
    startNanos = now;
    long left = deadlineNanos - now;
    long time = caseInDoubt ? Math.min(CASE_CHECK_NANOS, left / 2) : left;
    dueNanos = now + time;
    pending =
        ports
            .exchange()
            .start(
                new Outgoing(memory.server(), next, query, Duration.ofNanos(time)),
                arrived,
                ports.tasks());
    return null;
  }

  private @Nullable ServerReply judge(ExchangeResult result) {
    return switch (result) {
      case ExchangeResult.Response response -> judge(response);
      case ExchangeResult.TimedOut timedOut -> {
        long waited = ports.time().nanos() - startNanos;
        ended(ExchangeEnd.TIMEOUT, waited);
        if (caseInDoubt) {
          yield askInLowerCase();
        }
        memory.roundTrips().addAtLeast(waited);
        yield timedOut.mismatches() > 0 && transport == Transport.UDP
            ? send(Transport.TCP, withEdns)
            : new Failed(ExchangeEnd.TIMEOUT, -1, "no response");
      }
      case ExchangeResult.Unreachable(String why) -> {
        ended(ExchangeEnd.UNREACHABLE, ports.time().nanos() - startNanos);
        yield caseInDoubt ? askInLowerCase() : new Failed(ExchangeEnd.UNREACHABLE, -1, why);
      }
      case ExchangeResult.Overloaded(String limit) -> {
        ports.events().limitReached(limit);
        ended(ExchangeEnd.OVERLOADED, 0);
        yield new Failed(ExchangeEnd.OVERLOADED, -1, limit);
      }
    };
  }

  /**
   * The server has no TCP. Who forged the letter case would have to guess ID and port once more,
   * and gains no more than if we had never mixed it.
   */
  private @Nullable ServerReply askInLowerCase() {
    caseInDoubt = false;
    withoutMixedCase = true;
    return send(Transport.UDP, withEdns);
  }

  private @Nullable ServerReply judge(ExchangeResult.Response raw) {
    long nanos = raw.roundTripNanos();
    return switch (ResponseReader.read(raw.message())) {
      case Malformed(String why) -> doubtful(ExchangeEnd.GARBLED, why, nanos);
      case Response response -> {
        String wrong = ReplyCheck.wrong(ask.question(), response);
        if (wrong != null) {
          yield doubtful(ExchangeEnd.MISMATCH, wrong, nanos);
        }
        if (transport == Transport.UDP) {
          boolean sure = raw.mismatches() == 0 && hasRightCookie(response);
          caseInDoubt = sure && !hasRightCase(response);
          if (!sure || caseInDoubt) {
            yield doubtful(ExchangeEnd.MISMATCH, "somebody may be guessing", nanos);
          }
        }
        boolean trusted = transport == Transport.TCP || memory.sendsCookies();
        learn(response);
        yield act(response, trusted, nanos);
      }
    };
  }

  private @Nullable ServerReply doubtful(ExchangeEnd end, String why, long nanos) {
    ended(end, nanos);
    return transport == Transport.UDP ? send(Transport.TCP, withEdns) : new Failed(end, -1, why);
  }

  private boolean hasRightCase(Response response) {
    return !mixedCase || QueryWriter.sameQuestionExactly(query, response.message());
  }

  private boolean hasRightCookie(Response response) {
    byte[] cookie = cookie(response);
    return cookie.length > 0 ? memory.isOurs(cookie) : !withEdns || !memory.sendsCookies();
  }

  private void learn(Response response) {
    byte[] cookie = cookie(response);
    if (withEdns && memory.isOurs(cookie)) {
      memory.learnCookie(cookie);
    } else if (withEdns && transport == Transport.TCP) {
      memory.forgetCookie();
    }
    if (mixedCase && response.questionName() != null) {
      boolean same = QueryWriter.sameQuestionExactly(query, response.message());
      memory.letterCase(same ? LetterCase.KEEPS : LetterCase.LOSES);
    } else if (withoutMixedCase && transport == Transport.UDP) {
      memory.seemsToLoseLetterCase();
    }
    caseInDoubt = false;
  }

  private static byte[] cookie(Response response) {
    return response.edns().map(ServerEdns::cookie).orElse(NO_COOKIE);
  }

  /**
   * @param trusted the response cannot be forged from afar
   */
  private @Nullable ServerReply act(Response response, boolean trusted, long nanos) {
    if (response.isTruncated()) {
      ended(ExchangeEnd.ANSWERED, nanos);
      return transport == Transport.UDP
          ? send(Transport.TCP, withEdns)
          : failed(ExchangeEnd.GARBLED, response, "truncated over TCP");
    }
    return switch (response.rcode()) {
      case Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.YXDOMAIN -> answer(response, nanos);
      case Rcode.BADCOOKIE -> {
        ended(ExchangeEnd.OTHER_RCODE, nanos);
        yield withNewCookie(response);
      }
      case Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS -> {
        ended(ExchangeEnd.OTHER_RCODE, nanos);
        yield withoutEdns(response, trusted);
      }
      default -> {
        ExchangeEnd end =
            switch (response.rcode()) {
              case Rcode.SERVFAIL -> ExchangeEnd.SERVFAIL;
              case Rcode.REFUSED -> ExchangeEnd.REFUSED;
              default -> ExchangeEnd.OTHER_RCODE;
            };
        ended(end, nanos);
        yield failed(end, response, said(response));
      }
    };
  }

  private ServerReply answer(Response response, long nanos) {
    if (transport == Transport.UDP) {
      memory.roundTrips().add(nanos);
    }
    if (!ask.recursionDesired()) {
      ended(ExchangeEnd.ANSWERED, nanos);
      response.foldQuestion();
      return new Responded(response);
    }
    return switch (ResponseScrubber.scrub(response, ask.question())) {
      case ResponseScrubber.Complete(var answer) -> {
        ended(ExchangeEnd.ANSWERED, nanos);
        yield new Answered(answer);
      }
      case ResponseScrubber.Dangling(var aliases, var target) -> {
        ended(ExchangeEnd.ANSWERED, nanos);
        yield new Aliased(aliases, target);
      }
      case ResponseScrubber.Lame(String why) -> {
        ended(ExchangeEnd.OTHER_RCODE, nanos);
        yield failed(ExchangeEnd.OTHER_RCODE, response, why);
      }
    };
  }

  /** RFC 7873 §5.3: once more with the cookie that came, then over TCP. */
  private @Nullable ServerReply withNewCookie(Response response) {
    if (!newCookieTried && memory.sendsCookies()) {
      newCookieTried = true;
      return send(transport, withEdns);
    }
    return transport == Transport.UDP
        ? send(Transport.TCP, withEdns)
        : failed(ExchangeEnd.OTHER_RCODE, response, said(response));
  }

  /** RFC 6891 §7; a forged error must not switch EDNS off for longer than this question. */
  private @Nullable ServerReply withoutEdns(Response response, boolean trusted) {
    if (!withEdns) {
      return failed(ExchangeEnd.OTHER_RCODE, response, said(response));
    }
    boolean knowsNoEdns = response.edns().isEmpty() || response.rcode() == Rcode.BADVERS;
    if (trusted && knowsNoEdns) {
      memory.doesNotStandEdns(ports.time().nanos());
    }
    return send(transport, false);
  }

  private static ServerReply failed(ExchangeEnd end, Response response, String said) {
    return new Failed(end, response.rcode(), said);
  }

  private static String said(Response response) {
    StringBuilder said = new StringBuilder(Rcode.mnemonic(response.rcode()));
    if (response.edns().isPresent()) {
      for (ExtendedError error : response.edns().get().errors()) {
        said.append(", EDE ").append(error.code());
        if (!error.text().isEmpty()) {
          said.append(" (").append(error.text()).append(')');
        }
      }
    }
    return said.toString();
  }

  private void ended(ExchangeEnd end, long nanos) {
    ports.events().exchanged(memory.server(), transport, end, nanos);
  }

  /** For thread dumps and logs. */
  @Override
  public String toString() {
    Question question = ask.question();
    return question + " to " + memory.server();
  }
}
