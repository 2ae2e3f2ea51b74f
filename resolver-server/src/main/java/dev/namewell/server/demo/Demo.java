package dev.namewell.server.demo;

import dev.namewell.core.settings.Settings;
import dev.namewell.server.demo.DemoStart.Running;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The command {@code namewell demo}: a resolver at work, without any network. */
public final class Demo {
  private static final int CANNOT_START = 1;

  private Demo() {}

  /** What is shown. */
  public enum Mode {
    /** The visitor asks, with programs of his own. */
    LIVE,
    /** The demo asks, and ends. */
    TOUR
  }

  /**
   * Runs to the end of the tour, else until the visitor stops it or his input ends.
   *
   * @return the exit code: 0, or 1 with a message if it cannot be started or did not succeed
   */
  public static int run(DemoStart start, Mode mode, Stage stage) {
    AuthoritativeTree tree = new AuthoritativeTree(ZoneText.whole());
    try (LoopbackServer first = LoopbackServer.start(tree);
        LoopbackServer second = LoopbackServer.start(tree)) {
      first.setSilent(true);
      return show(start, mode, stage, first, second);
    } catch (IOException failed) {
      stage.out().println("namewell: " + failed.getMessage());
      return CANNOT_START;
    } catch (InterruptedException left) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int show(
      DemoStart start, Mode mode, Stage stage, LoopbackServer first, LoopbackServer second)
      throws IOException, InterruptedException {
    List<InetSocketAddress> upstreams = List.of(first.address(), second.address());
    Settings settings = DemoSettings.of(upstreams, DemoSettings.freePort());
    try (Story story = new Story(stage.out(), stage.colours())) {
      Narrator narrator = new Narrator(story, upstreams);
      try (Running running = start.start(settings, narrator)) {
        narrator.secondsLeft(running::secondsLeft);
        first.onQuery(heard -> narrator.heard(1, heard));
        second.onQuery(heard -> narrator.heard(2, heard));
        story.say(introduction(running.address(), upstreams));
        if (mode == Mode.TOUR) {
          new Tour(story, new LoopbackClient(running.address()), second, stage.stop()).run();
        } else {
          story.say(suggestions(running.address().getPort()));
          Thread.ofPlatform().daemon().name("demo input").start(() -> obey(stage, story, second));
          stage.stop().await();
        }
      }
      story.say("The end.");
    }
    return 0;
  }

  private static String introduction(
      InetSocketAddress resolver, List<InetSocketAddress> upstreams) {
    return """
    A resolver listens on 127.0.0.1, port %d. All of this happens on this machine:
      upstream 1 (port %d) receives queries and never answers
      upstream 2 (port %d) answers from a small tree of names below shop.example
    """
        .formatted(
            resolver.getPort(), upstreams.getFirst().getPort(), upstreams.getLast().getPort());
  }

  private static String suggestions(int port) {
    return """
    Ask it from another terminal, each line twice:
      dig @127.0.0.1 -p PORT www.shop.example            the first waits for upstream 1
      dig @127.0.0.1 -p PORT alias.shop.example AAAA     an alias
      dig @127.0.0.1 -p PORT brief.shop.example          TTL 10
      dig @127.0.0.1 -p PORT shop.example MX             also TXT, NS, SOA
      dig @127.0.0.1 -p PORT big.shop.example TXT        too big for UDP
      dig @127.0.0.1 -p PORT nothing.shop.example        NXDOMAIN
      dig @127.0.0.1 -p PORT localhost                   answered without upstreams
      nslookup -port=PORT www.shop.example 127.0.0.1
      namewell query @127.0.0.1:PORT www.shop.example
    Here: s and Enter makes upstream 2 silent, or answer again: then expired answers are
    served stale. q and Enter, or Ctrl-C, ends the demo.
    """
        .replace("PORT", Integer.toString(port));
  }

  private static void obey(Stage stage, Story story, LoopbackServer second) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(stage.in(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        switch (line.strip().toLowerCase(Locale.ROOT)) {
          case "s" -> {
            second.setSilent(!second.isSilent());
            story.say(
                second.isSilent()
                    ? "-- upstream 2 is silent from now on: ask again for what has expired"
                    : "-- upstream 2 answers again; the resolver finds that out by itself");
          }
          case "q" -> {
            return;
          }
          case "" -> story.say("");
          default -> story.say("-- s: upstream 2 silent or not; q: end");
        }
      }
    } catch (IOException _) {
      // A terminal that is gone: nobody looks any more.
    } finally {
      stage.stop().countDown();
    }
  }
}
