package dev.namewell.server.demo;

import dev.namewell.server.demo.LoopbackClient.Way;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Asks what there is to be asked, in an order that shows one thing after the other. */
final class Tour {
  /** Records shown of a long answer. */
  private static final int MAX_SHOWN = 3;

  private static final int MAX_LINE = 76;

  /** Long enough for a TTL to count down visibly. */
  private static final Duration AGEING = Duration.ofSeconds(2);

  /** Between two stops, so that one can be read before the next. */
  private static final Duration READING = Duration.ofMillis(400);

  /** The pause between two probes is a second at first, and then doubles. */
  private static final Duration COME_BACK = Duration.ofMillis(3500);

  private static final String WWW = "www.shop.example.";

  private final Story story;
  private final LoopbackClient client;
  private final LoopbackServer second;
  private final CountDownLatch stop;

  /**
   * @param second the upstream that answers, for most of the time
   * @param stop ends the tour early
   */
  Tour(Story story, LoopbackClient client, LoopbackServer second, CountDownLatch stop) {
    this.story = story;
    this.client = client;
    this.second = second;
    this.stop = stop;
  }

  void run() throws IOException, InterruptedException {
    title("The first upstream is silent: after a short timeout the second one is asked.");
    ask(WWW, Type.A);
    pause(Duration.ofSeconds(1));
    title("The next question does not wait for it any more.");
    ask(ZoneText.SHORT_LIVED, Type.A);
    long expires =
        System.nanoTime() + Duration.ofSeconds(ZoneText.SHORT_LIVED_TTL).plus(READING).toNanos();
    title("The same again comes from the cache, and its TTL counts down.");
    pause(AGEING);
    ask(WWW, Type.A);
    title("An alias, mail servers, a name that is not there, a type that is not there.");
    ask("alias.shop.example.", Type.AAAA);
    ask("shop.example.", Type.MX);
    ask("nothing.shop.example.", Type.A);
    ask("mail2.shop.example.", Type.AAAA);
    title("Too big for UDP: the reply says so, and the client comes again over TCP.");
    ask("big.shop.example.", Type.TXT);
    title("Answered here, and refused here: no upstream ever sees these.");
    ask("localhost.", Type.AAAA);
    ask("example.", Type.AXFR);
    silence(Duration.ofNanos(expires - System.nanoTime()));
    title("Upstream 2 answers again. It is probed, found well and asked from then on.");
    second.setSilent(false);
    pause(COME_BACK);
    // Not what is stale: if its last refresh failed, that is not asked for again so soon.
    ask("mail.shop.example.", Type.A);
  }

  private void silence(Duration untilExpired) throws IOException, InterruptedException {
    title("Now both upstreams are silent.");
    second.setSilent(true);
    story.say("   ... until %s has expired ...".formatted(ZoneText.SHORT_LIVED));
    pause(untilExpired);
    title("An expired answer is better than none: it is served stale, with a short TTL.");
    ask(ZoneText.SHORT_LIVED, Type.A);
    title("The next one does not wait, for now the upstreams are known to be silent.");
    ask(ZoneText.SHORT_LIVED, Type.A);
  }

  private void title(String text) throws InterruptedException {
    pause(READING);
    story.say("\n" + text);
  }

  private void pause(Duration time) throws InterruptedException {
    if (stop.await(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the visitor has left");
    }
  }

  private void ask(String name, int type) throws IOException {
    Record question = Record.newRecord(Name.fromString(name), type, DClass.IN);
    try {
      story.say(describe(client.ask(question, Way.UDP)));
    } catch (SocketTimeoutException _) {
      story.say("    no reply");
    }
  }

  private static String describe(Message reply) {
    StringBuilder text = new StringBuilder("    reply: ");
    text.append(Rcode.string(reply.getRcode())).append(error(reply));
    int shown = 0;
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (shown++ < MAX_SHOWN) {
        String line = record.toString().replaceAll("\\s+", " ");
        text.append("\n           ");
        text.append(line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "..." : line);
      }
    }
    if (shown > MAX_SHOWN) {
      text.append("\n           and ").append(shown - MAX_SHOWN).append(" more");
    }
    return text.toString();
  }

  private static String error(Message reply) {
    OPTRecord opt = reply.getOPT();
    if (opt != null) {
      for (EDNSOption option : opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR)) {
        if (option instanceof ExtendedErrorCodeOption error) {
          String text = error.getText();
          return ", extended error " + error.getErrorCode() + (text == null ? "" : ": " + text);
        }
      }
    }
    return "";
  }
}
