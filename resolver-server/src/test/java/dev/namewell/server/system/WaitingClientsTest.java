package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.HeldUpstream;
import dev.namewell.server.testing.Kernel;
import dev.namewell.server.testing.Namewell;
import dev.namewell.server.testing.Stub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** A hundred thousand clients who all wait for zones whose servers take their time. */
@Timeout(300)
class WaitingClientsTest {
  private static final int CLIENTS = 100_000;
  private static final int NAMES = 1000;
  private static final int SOCKETS = 10;

  /** One for each name and try. */
  private static final int EXCHANGES = 20 * NAMES;

  /** Queries that the server's socket buffer holds in any case. */
  private static final int CHUNK = 5000;

  /** Most that the process may keep in memory; its heap is the smaller part of that. */
  private static final long RESIDENT = 400L << 20;

  @Test
  void allAreAnsweredInTheEndAndCachedAnswersMeanwhile(@TempDir Path folder) throws IOException {
    Kernel.required();
    List<WaitingCrowd> crowds = new ArrayList<>();
    try (HeldUpstream slow = new HeldUpstream("192.0.2.1");
        HeldUpstream quick = new HeldUpstream("192.0.2.2");
        Namewell namewell = new Namewell(folder)) {
      namewell
          .configure(
              """
              mode: recursive
              dnssec: {validation: off}
              routes:
              - {zone: slow.example, upstreams: "127.0.0.1:%d", timeout: 2s}
              - {zone: quick.example, mode: stub, upstreams: "127.0.0.1:%d"}
              threads: 1
              cache: {size: 16MiB}
              limits:
                resolutions: %d
                waiting-per-question: %d
                waiting: %d
                waiting-per-client: %d
                exchanges-per-upstream: %d
                exchanges: %d
                query-time: 30s
              """
                  .formatted(
                      slow.port(),
                      quick.port(),
                      NAMES + 1,
                      CLIENTS / NAMES,
                      CLIENTS + 1,
                      CLIENTS / SOCKETS,
                      EXCHANGES,
                      EXCHANGES))
          .start("-Xmx128m");
      try (Stub other = new Stub(namewell.port())) {
        assertThat(Stub.answers(other.ask("cached.quick.example.", Type.A))).isEqualTo("192.0.2.2");
        slow.hold();
        letWait(namewell, crowds);
        assertThat(Stub.answers(other.ask("cached.quick.example.", Type.A))).isEqualTo("192.0.2.2");
        assertThat(namewell.residentOctets()).isLessThan(RESIDENT);
        slow.release();
        for (WaitingCrowd crowd : crowds) {
          crowd.awaitAll(Rcode.NOERROR);
        }
        assertThat(namewell.metrics().sum("namewell_waiting_clients")).isZero();
        assertThat(namewell.daemon().log()).doesNotContain("Exception", "\tat ", "ERROR");
      }
    } finally {
      crowds.forEach(WaitingCrowd::close);
    }
  }

  private static void letWait(Namewell namewell, List<WaitingCrowd> crowds) throws IOException {
    for (int i = 0; i < SOCKETS; i++) {
      crowds.add(new WaitingCrowd("127.0.1." + (i + 1), namewell.port()));
    }
    for (int name = 0; name < NAMES; name++) {
      for (int i = 0; i < CLIENTS / NAMES; i++) {
        crowds.get(i % SOCKETS).ask("n" + name + ".slow.example.");
      }
      long all = (name + 1L) * (CLIENTS / NAMES);
      if (all % CHUNK == 0) {
        namewell
            .daemon()
            .until(
                "lets " + all + " wait",
                () -> namewell.metrics().sum("namewell_waiting_clients") == all);
      }
    }
  }
}
