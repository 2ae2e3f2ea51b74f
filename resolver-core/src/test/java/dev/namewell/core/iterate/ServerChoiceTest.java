package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.exchange.ServerMemory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What failures teach about servers, and when it is forgotten. */
class ServerChoiceTest {
  private static final long NOW = 1_000;

  private final ServerMemories memories = new ServerMemories(new SplittableRandom(1));
  private final ServerChoice choice = new ServerChoice(new SplittableRandom(2));

  private ServerMemory server(int host) {
    return memories.of(new Endpoint(new InetSocketAddress("192.0.2." + host, 53)));
  }

  private List<ServerMemory> fail(int servers) {
    List<ServerMemory> failing = IntStream.rangeClosed(1, servers).mapToObj(this::server).toList();
    failing.forEach(memory -> choice.silent(memory, NOW));
    return failing;
  }

  private static List<Integer> failures(List<ServerMemory> servers) {
    return servers.stream().map(memory -> memory.health().failuresInRow()).toList();
  }

  @Test
  void afterEightFailuresInARowTheOutageWasOursAndAllIsForgotten() {
    List<ServerMemory> failing = fail(8);

    choice.responded(server(100));

    assertThat(failures(failing)).containsOnly(0);
  }

  @Test
  void sevenFailuresAreTheServersOwn() {
    List<ServerMemory> failing = fail(7);

    choice.responded(server(100));

    assertThat(failures(failing)).containsOnly(1);
  }

  @Test
  void anAnswerInBetweenBeginsTheCountAnew() {
    List<ServerMemory> failing = fail(7);
    choice.responded(server(100));
    choice.silent(server(50), NOW);

    choice.responded(server(100));

    assertThat(failures(failing)).containsOnly(1);
  }

  @Test
  void oneServerThatFailsEightTimesIsOneServer() {
    ServerMemory failing = server(1);
    for (int i = 0; i < 8; i++) {
      choice.silent(failing, NOW);
    }

    choice.responded(server(100));

    assertThat(failing.health().failuresInRow()).isEqualTo(8);
  }
}
