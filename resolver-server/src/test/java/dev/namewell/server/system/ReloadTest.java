package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.HeldUpstream;
import dev.namewell.server.testing.Namewell;
import dev.namewell.server.testing.Stub;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/** What an operator does to a running server, by signal and by {@code namewell control}. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadTest {
  private static final String FIRST = "192.0.2.1";
  private static final String SECOND = "192.0.2.2";
  private static final String CONFIG_OK = "namewell_config_last_reload_successful";

  private HeldUpstream first;
  private HeldUpstream second;
  private Namewell namewell;
  private int names;

  ReloadTest() throws IOException {
    first = new HeldUpstream(FIRST);
    second = new HeldUpstream(SECOND);
    namewell = new Namewell(Path.of("."));
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    namewell = new Namewell(folder);
    configure(first);
    namewell.start();
  }

  @AfterAll
  void stop() {
    namewell.close();
    first.close();
    second.close();
  }

  @BeforeEach
  void beginWithTheFirst() {
    configure(first);
    namewell.tell("reload");
    namewell.tell("flush all");
  }

  private void configure(HeldUpstream upstream) {
    namewell.configure(
        """
        routes: [{zone: ".", upstreams: "127.0.0.1:%d", timeout: 5s}]
        limits: {query-time: 30s}
        """
            .formatted(upstream.port()));
  }

  private String ask(String name) throws IOException {
    try (Stub stub = new Stub(namewell.port())) {
      return Stub.answers(stub.ask(name, Type.A));
    }
  }

  /** A name that nobody has asked for. */
  private String fresh() {
    names++;
    return "n" + names + ".fresh.example.";
  }

  private void hangUp(String untilLogged) {
    String before = namewell.daemon().log();
    namewell.daemon().signal("HUP");
    namewell
        .daemon()
        .until(
            "logs " + untilLogged,
            () -> namewell.daemon().log().substring(before.length()).contains(untilLogged));
  }

  @Test
  void newUpstreamsAreInForceAndCacheAndQueriesInFlightSurvive() throws IOException {
    assertThat(ask("kept.example.")).isEqualTo(FIRST);
    first.hold();
    try (Stub stub = new Stub(namewell.port())) {
      stub.send(Stub.query("flight.example.", Type.A));
      namewell.daemon().until("asks", () -> first.asked().contains("flight.example."));
      configure(second);
      hangUp("configuration reloaded from " + namewell.config());
      assertThat(ask(fresh())).isEqualTo(SECOND);
      assertThat(ask("kept.example.")).isEqualTo(FIRST);
      first.release();
      assertThat(Stub.answers(stub.receive())).isEqualTo(FIRST);
    }
    configure(first);
    Command reload = namewell.control("reload");
    assertThat(reload.exit()).isZero();
    assertThat(reload.output()).contains("configuration reloaded from " + namewell.config());
    assertThat(ask(fresh())).isEqualTo(FIRST);
    assertThat(namewell.metrics().sum(CONFIG_OK)).isEqualTo(1);
  }

  @Test
  void whatIsInForceIsSaidAtTheStartAndWhenItHasChanged() {
    String first =
        ". forward to 127.0.0.1:%d (ordered), validation off".formatted(this.first.port());
    assertThat(namewell.daemon().log())
        .contains("configuration from " + namewell.config() + ": " + first);
    int before = namewell.daemon().log().length();
    namewell.tell("reload");
    assertThat(namewell.daemon().log().substring(before)).doesNotContain("from now on");

    namewell.configure("mode: recursive\n");
    namewell.tell("reload");

    assertThat(namewell.daemon().log())
        .contains("from now on: . recursive from IANA's root servers, validation on");
  }

  @Test
  void aWrongFileLeavesTheOldOneInForceAndSaysWhere() throws IOException {
    namewell.configure("upstreams: nowhere\nthreads: 0\n");
    String place = namewell.config() + ":4:";
    hangUp("configuration not reloaded, the one before stays in force");
    assertThat(namewell.daemon().log()).contains(place, namewell.config() + ":5:");
    assertThat(ask(fresh())).isEqualTo(FIRST);
    assertThat(namewell.metrics().sum(CONFIG_OK)).isZero();
    Command reload = namewell.control("reload");
    assertThat(reload.exit()).isEqualTo(1);
    assertThat(reload.output()).contains("error: not reloaded", place, namewell.config() + ":5:");
    assertThat(ask(fresh())).isEqualTo(FIRST);
  }

  @Test
  void aReloadSaysWhatNeedsARestart() {
    namewell.configure(
        "routes: [{zone: \".\", upstreams: \"127.0.0.1:%d\"}]\nudp: portable\n"
            .formatted(second.port()));
    assertThat(namewell.control("reload").output()).contains("after a restart only: udp");
  }

  @Test
  void flushForgetsANameASubtreeOrAll() throws IOException {
    String[] tree = {"tree.example.", "a.tree.example.", "other.example."};
    for (String name : tree) {
      assertThat(ask(name)).isEqualTo(FIRST);
    }
    configure(second);
    hangUp("configuration reloaded");
    assertThat(namewell.control("flush", "A.tree.example").output())
        .contains("flushed 1 answers for a.tree.example.");
    assertThat(ask("a.tree.example.")).isEqualTo(SECOND);
    assertThat(ask("tree.example.")).isEqualTo(FIRST);
    assertThat(namewell.control("flush", "tree.example", "--subtree").output())
        .contains("flushed 2 answers for tree.example. and below");
    assertThat(ask("tree.example.")).isEqualTo(SECOND);
    assertThat(ask("other.example.")).isEqualTo(FIRST);
    assertThat(namewell.control("flush").output()).contains("flushed ");
    assertThat(ask("other.example.")).isEqualTo(SECOND);
  }

  @Test
  void statsTellsWhatIsCounted() throws IOException {
    ask("counted.example.");
    ask("counted.example.");
    Command stats = namewell.control("stats");
    assertThat(stats.exit()).isZero();
    assertThat(stats.output())
        .containsPattern("answers.cache [1-9]")
        .containsPattern("answers.forwarded [1-9]")
        .containsPattern("cache.entries [1-9]")
        .contains("upstream . 127.0.0.1")
        .contains("working");
  }
}
