package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code namewell demo}: with nobody there it shows everything and ends; with somebody, on wish.
 */
@Timeout(300)
class DemoTest {
  private static final Pattern FRESH_FOR = Pattern.compile("fresh for (\\d+) s more");
  private static final Pattern TTL = Pattern.compile("www\\.shop\\.example\\. (\\d+) IN A 192");

  @TempDir Path folder;

  @Test
  void theTourShowsOneThingAfterTheOther() {
    Daemon demo = Servers.namewell(folder, "tour", "demo", "--tour");
    assertThat(demo.exit()).as(demo::log).isZero();
    String story = demo.log();
    assertThat(story)
        .containsSubsequence(
            "upstream 1 (port",
            "asked      upstream 1: www.shop.example A (it is silent)",
            "asked      upstream 2: www.shop.example A",
            "forwarded  www.shop.example A: NOERROR from upstream 2",
            "cached     www.shop.example A: NOERROR",
            "mail2.shop.example",
            "big.shop.example TXT over TCP",
            "local      localhost AAAA: NOERROR",
            "Now both upstreams are silent.",
            "stale      brief.shop.example A: NOERROR, expired",
            "extended error 3",
            "Upstream 2 answers again.",
            "forwarded  mail.shop.example A: NOERROR from upstream 2",
            "The end.")
        .doesNotContain("\tat ", "a defect in");
    List<Integer> ttls = numbers(TTL, story);
    int aged = ttls.getLast();
    assertThat(aged).as("the TTL counts down").isLessThan(ttls.getFirst());
    // Told a moment later.
    assertThat(numbers(FRESH_FOR, story).getFirst()).isBetween(aged - 1, aged);
  }

  private static List<Integer> numbers(Pattern pattern, String story) {
    Matcher matcher = pattern.matcher(story);
    return matcher.results().map(result -> Integer.valueOf(result.group(1))).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s\nx\nq\n", ""})
  void theLiveDemoEndsWhenItsVisitorWants(String input) {
    Path typed = folder.resolve("typed");
    Servers.write(typed, input);
    Daemon demo = Daemon.start(folder, "live", Servers.namewellCommand(List.of(), "demo"), typed);
    assertThat(demo.exit()).as(demo::log).isZero();
    assertThat(demo.log())
        .contains("Ask it from another terminal", "dig @127.0.0.1 -p ", "The end.")
        .doesNotContain("\tat ");
    if (!input.isEmpty()) {
      assertThat(demo.log()).contains("-- upstream 2 is silent from now on", "-- s: upstream 2");
    }
  }
}
