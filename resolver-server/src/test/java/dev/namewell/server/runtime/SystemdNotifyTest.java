package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.ServiceManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service manager hears. */
class SystemdNotifyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLifeOfAServer(boolean isAbstract) throws Exception {
    String path =
        isAbstract ? "\0namewell-" + folder.getFileName() : folder.resolve("n").toString();
    try (ServiceManager manager = new ServiceManager(path)) {
      String variable = isAbstract ? "@" + path.substring(1) : path;
      SystemdNotify systemd = SystemdNotify.of(Map.of("NOTIFY_SOCKET", variable));
      systemd.ready("answering on\n127.0.0.1:53");
      systemd.trouble(Optional.empty());
      systemd.trouble(Optional.of("no upstream answers"));
      systemd.trouble(Optional.of("no upstream answers"));
      systemd.reloading();
      systemd.ready("configuration reloaded");
      systemd.trouble(Optional.of("no upstream answers"));
      systemd.trouble(Optional.empty());
      systemd.stopping();
      assertThat(manager.next()).isEqualTo("READY=1\nSTATUS=answering on 127.0.0.1:53");
      assertThat(manager.next()).isEqualTo("STATUS=no upstream answers");
      assertThat(manager.next()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
      assertThat(manager.next()).isEqualTo("READY=1\nSTATUS=configuration reloaded");
      assertThat(manager.next()).isEqualTo("STATUS=no upstream answers");
      assertThat(manager.next()).isEqualTo("STATUS=configuration reloaded");
      assertThat(manager.next()).isEqualTo("STOPPING=1");
    }
  }

  @Test
  void withoutAServiceManagerNothingHappens() {
    SystemdNotify.of(Map.of()).ready("x");
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "")).stopping();
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "/nowhere/notify")).ready("x");
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200))).ready("x");
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234")).ready("x");
  }
}
