package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.Address;
import dev.namewell.server.config.value.Addresses;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The system's resolv.conf as the source of upstreams. */
class SystemUpstreamsTest {
  private static final List<Address> UNPRIVILEGED =
      List.of(Addresses.parse("127.0.0.1", 5300), Addresses.parse("::1", 5300));

  @TempDir Path folder;

  private List<String> find(List<Address> listen, String resolvConf, String... own) {
    Surroundings machine = Configs.machine(folder, resolvConf, own);
    return SystemUpstreams.find(machine, listen).stream().map(Address::toString).toList();
  }

  @Test
  void nameserverLinesInTheirOrder() {
    String text =
        """
        # made by a DHCP client
        ; nameserver 192.0.2.9
        domain example
        search example corp.example
        nameserver 192.0.2.1
        nameserver\t2001:db8::53 # the second
        nameserver 192.0.2.1
        nameserver not-an-address
        nameserver
        nameservers 192.0.2.8
        options edns0 trust-ad
        """;
    assertThat(find(UNPRIVILEGED, text)).containsExactly("192.0.2.1:53", "[2001:db8::53]:53");
  }

  @Test
  void anAddressWithAScope() {
    assertThat(find(UNPRIVILEGED, "nameserver fe80::1%1\nnameserver fe80::2%no-such-card0\n"))
        .singleElement()
        .asString()
        .startsWith("[fe80::1%")
        .endsWith("]:53");
  }

  @Test
  void aLocalStubIsAskedWhereItIsNotThisServer() {
    assertThat(find(UNPRIVILEGED, "nameserver 127.0.0.53\n")).containsExactly("127.0.0.53:53");
    assertThat(find(UNPRIVILEGED, "nameserver 127.0.0.1\n")).containsExactly("127.0.0.1:53");
  }

  @Test
  void neverThisServerItself() {
    List<Address> port53 = List.of(Addresses.parse("127.0.0.1", 53));
    assertThat(find(port53, "nameserver 127.0.0.1\nnameserver 192.0.2.1\n"))
        .containsExactly("192.0.2.1:53");
  }

  @Test
  void neverThisServerOnAWildcard() {
    List<Address> wildcard = List.of(Addresses.parse("0.0.0.0", 53));
    String text =
        "nameserver 10.0.0.7\nnameserver 127.0.0.1\nnameserver ::1\nnameserver 10.0.0.8\n";
    assertThat(find(wildcard, text, "127.0.0.1", "10.0.0.7", "::1"))
        .containsExactly("[::1]:53", "10.0.0.8:53");
  }

  @Test
  void theServersBehindASystemStubWhereTheStubIsThisServer() {
    Path first = Configs.write(folder.resolve("first"), "nameserver 127.0.0.1\n");
    Path behind = Configs.write(folder.resolve("behind"), "nameserver 192.0.2.1\n");
    Path missing = folder.resolve("missing");
    Surroundings machine =
        new Surroundings(
            List.of(missing, first, behind),
            List::of,
            Configs.CONTROL,
            Configs.CACHE_BYTES,
            Optional.empty());
    List<Address> port53 = List.of(Addresses.parse("127.0.0.1", 53));
    assertThat(SystemUpstreams.find(machine, port53)).hasToString("[192.0.2.1:53]");
  }

  @Test
  void nothingUsable() {
    assertThat(find(UNPRIVILEGED, "")).isEmpty();
    assertThat(find(UNPRIVILEGED, "nameserver 0.0.0.0\nnameserver ff02::fb\n")).isEmpty();
  }
}
