package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Peers;
import dev.namewell.server.testing.Servers;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Namewell, Unbound, BIND and Knot Resolver are asked the same questions about well and badly
 * signed zones, with DO over UDP, and agree on rcode, AD and answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {
  private static final String NAMEWELL = "10.97.0.53";
  private static final String UNBOUND = "10.97.0.54";
  private static final String BIND = "10.97.0.55";
  private static final String KNOT = "10.97.0.56";
  private static final Map<String, String> PEERS =
      Map.of("unbound", UNBOUND, "bind", BIND, "knot", KNOT);
  private static final int TRIES = 5;

  /** Questions on which the others disagree, and who of them does what the RFC says. */
  private static final Map<String, String> RIGHT =
      Map.of(
          // An empty non-terminal is there, a wildcard too: NODATA (RFC 4592 §2.2.2, §4.9).
          "x.went.nsec.example. A",
          "bind",
          // The CNAME that a DNAME makes is not signed, the DNAME is (RFC 6672 §5.3.1).
          "www.moved.nsec.example. CNAME",
          "bind",
          "www.moved.nsec3.example. CNAME",
          "bind",
          "www.moved.optout.example. CNAME",
          "bind");

  /** What a resolver says. */
  private record Said(String rcode, boolean secure, SortedSet<String> answers) {
    static Said of(Message reply) {
      SortedSet<String> answers = new TreeSet<>();
      for (Record record : reply.getSection(Section.ANSWER)) {
        if (record.getType() != Type.RRSIG) {
          answers.add(
              "%s %s %s"
                  .formatted(
                      record.getName(), Type.string(record.getType()), record.rdataToString()));
        }
      }
      return new Said(Rcode.string(reply.getRcode()), reply.getHeader().getFlag(Flags.AD), answers);
    }
  }

  private record Asked(String name, int type) {
    @Override
    public String toString() {
      return name + " " + Type.string(type);
    }
  }

  private final List<AutoCloseable> parts = new ArrayList<>();
  private Host host;

  @BeforeAll
  void build(@TempDir Path folder) {
    host = new Host("proof");
    parts.add(host);
    for (String last : List.of("1", "2", "53", "54", "55", "56")) {
      host.address("lo", "10.97.0." + last + "/32");
    }
    SignedInternet zones = new SignedInternet(folder);
    Servers.write(
        folder.resolve("root.hints"),
        ". 3600000 NS a.root.\na.root. 3600000 A " + SignedInternet.ROOT_ADDRESS + "\n");
    Servers.write(folder.resolve("root.ds"), zones.rootDs());
    parts.add(Servers.nsd(host, folder, SignedInternet.ROOT_ADDRESS, Map.of(".", zones.root())));
    parts.add(Servers.nsd(host, folder, SignedInternet.ADDRESS, zones.files()));
    Path config = folder.resolve("namewell.yaml");
    Servers.write(
        config,
        """
        listen: ["%1$s:53"]
        mode: recursive
        recursion: {root-hints: "%2$s/root.hints"}
        dnssec: {validation: on, trust-anchors: "%2$s/root.ds"}
        control: off
        http: off
        """
            .formatted(NAMEWELL, folder));
    Peers peers = new Peers(host, folder);
    parts.add(
        Daemon.start(
            folder,
            "namewell",
            Servers.namewellCommand(host.prefix(), "serve", "--config", config.toString())));
    parts.add(peers.unbound(UNBOUND));
    parts.add(peers.bind(BIND));
    parts.add(peers.knotResolver(KNOT));
    int first = parts.size() - 4;
    List<String> addresses = List.of(NAMEWELL, UNBOUND, BIND, KNOT);
    for (int i = 0; i < addresses.size(); i++) {
      String address = addresses.get(i);
      Asked apex = new Asked("example.", Type.SOA);
      Daemon _ =
          ((Daemon) parts.get(first + i))
              .until("has a chain of trust at " + address, () -> secure(address, apex));
    }
  }

  private boolean secure(String address, Asked asked) {
    return host.on(
        () -> {
          Message reply = attempt(address, asked);
          return reply != null && Said.of(reply).secure();
        });
  }

  @AfterAll
  void remove() throws Exception {
    for (AutoCloseable part : parts.reversed()) {
      part.close();
    }
  }

  /** Null if nothing comes back. */
  private static @Nullable Message attempt(String address, Asked asked) throws IOException {
    Message query =
        Message.newQuery(
            Record.newRecord(Name.fromConstantString(asked.name()), asked.type(), DClass.IN));
    query.addRecord(new OPTRecord(4096, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    byte[] octets = query.toWire();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(2000);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), 53));
      socket.send(new DatagramPacket(octets, octets.length));
      DatagramPacket reply = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(reply);
      return new Message(Arrays.copyOf(reply.getData(), reply.getLength()));
    } catch (SocketTimeoutException | PortUnreachableException nothing) {
      return null;
    }
  }

  private List<Said> ask(String address, List<Asked> questions) {
    return host.on(
        () -> {
          List<Said> said = new ArrayList<>();
          for (Asked question : questions) {
            @Nullable Message reply = null;
            for (int i = 0; i < TRIES && reply == null; i++) {
              reply = attempt(address, question);
            }
            said.add(reply == null ? new Said("nothing", false, new TreeSet<>()) : Said.of(reply));
          }
          return said;
        });
  }

  private static List<Asked> questions() {
    List<Asked> questions = new ArrayList<>();
    for (String zone : List.of("nsec", "nsec3", "optout")) {
      for (String name :
          List.of("www", "nowhere", "a.b.nowhere", "x.wild", "x.y.wild", "x.walias", "ent")) {
        questions.add(new Asked(name + "." + zone + ".example.", Type.A));
      }
      for (String name :
          List.of("x.went", "alias", "lost", "across", "out", "www.moved", "www.gone", "www.sub")) {
        questions.add(new Asked(name + "." + zone + ".example.", Type.A));
      }
      questions.add(new Asked("www." + zone + ".example.", Type.TXT));
      questions.add(new Asked("x.wild." + zone + ".example.", Type.TXT));
      questions.add(new Asked("www." + zone + ".example.", Type.DS));
      questions.add(new Asked("sub." + zone + ".example.", Type.DS));
      questions.add(new Asked("alias." + zone + ".example.", Type.CNAME));
      questions.add(new Asked("moved." + zone + ".example.", Type.DNAME));
      questions.add(new Asked("www.moved." + zone + ".example.", Type.CNAME));
      for (int type : new int[] {Type.DS, Type.DNSKEY, Type.MX, Type.SOA}) {
        questions.add(new Asked(zone + ".example.", type));
      }
    }
    for (String zone :
        List.of("rsa256", "rsa512", "p384", "ed25519", "ed448", "unsigned", "unknown", "expired")) {
      questions.add(new Asked("www." + zone + ".example.", Type.A));
      questions.add(new Asked("nowhere." + zone + ".example.", Type.A));
    }
    for (String zone : List.of("future", "changed", "unproved", "unsignedbelow", "wrongds")) {
      questions.add(new Asked("www." + zone + ".example.", Type.A));
      questions.add(new Asked("nowhere." + zone + ".example.", Type.A));
      questions.add(new Asked("x.wild." + zone + ".example.", Type.A));
    }
    questions.add(new Asked("nowhere.example.", Type.A));
    questions.add(new Asked("nowhere.", Type.A));
    return questions;
  }

  @Test
  void namewellSaysWhatTheOthersSay() {
    List<Asked> questions = questions();
    List<Said> ours = ask(NAMEWELL, questions);
    Map<String, List<Said>> theirs = new LinkedHashMap<>();
    PEERS.forEach((name, address) -> theirs.put(name, ask(address, questions)));
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      int at = i;
      Set<Said> said = new LinkedHashSet<>();
      theirs.values().forEach(all -> said.add(all.get(at)));
      String judge = RIGHT.getOrDefault(questions.get(i).toString(), "");
      Said right =
          said.size() == 1
              ? said.iterator().next()
              : theirs.containsKey(judge) ? theirs.get(judge).get(i) : null;
      if (!ours.get(i).equals(right)) {
        StringBuilder all = new StringBuilder(questions.get(i) + "\n  namewell: " + ours.get(i));
        theirs.forEach((name, each) -> all.append("\n  " + name + ": " + each.get(at)));
        differences.add(all.toString());
      }
    }
    assertThat(differences).isEmpty();
  }
}
