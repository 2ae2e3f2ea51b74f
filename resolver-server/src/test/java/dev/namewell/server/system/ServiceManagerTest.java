package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Servers;
import dev.namewell.server.testing.ServiceManager;
import dev.namewell.server.testing.Stub;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** What {@code systemctl status} shows of a server as upstreams go and come. */
class ServiceManagerTest {
  private static final String ZONE =
      """
      $TTL 300
      . SOA ns.test-root. host.test-root. 1 7200 3600 86400 60
      . NS ns.test-root.
      ns.test-root. A 127.0.0.1
      """;

  @TempDir Path folder;

  private Daemon upstream(int port) {
    return Servers.nsd(folder, "127.0.0.1", port, ZONE).untilAnswering(port);
  }

  private Daemon namewell(Path notify, int port, int upstream) {
    List<String> variables =
        List.of("env", "NOTIFY_SOCKET=" + notify, "NAMEWELL_HTTP=off", "NAMEWELL_CONTROL=off");
    String listen = "127.0.0.1:" + port;
    String asked = "127.0.0.1:" + upstream;
    return Daemon.start(
        folder,
        "namewell",
        Servers.namewellCommand(variables, "serve", "--listen", listen, "--upstream", asked));
  }

  @Test
  void theStatusSaysWhatKeepsItFromItsWorkUntilThatIsOver() throws Exception {
    Path notify = folder.resolve("notify");
    int port = Daemon.freePort();
    int upstream = Daemon.freePort();
    String usual = "STATUS=answering on 127.0.0.1:" + port;
    try (ServiceManager manager = new ServiceManager(notify.toString())) {
      Daemon first = upstream(upstream);
      try (Daemon _ = namewell(notify, port, upstream);
          Stub stub = new Stub(port)) {
        assertThat(manager.next()).isEqualTo("READY=1\n" + usual);

        first.close();
        assertThat(stub.ask("www.example.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(manager.next()).isEqualTo("STATUS=no upstream answers");

        try (Daemon _ = upstream(upstream)) {
          assertThat(manager.next()).isEqualTo(usual);
        }
      } finally {
        first.close();
      }
    }
  }
}
