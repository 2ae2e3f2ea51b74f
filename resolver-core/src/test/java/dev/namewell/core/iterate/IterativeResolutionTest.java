package dev.namewell.core.iterate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The way from the root to an answer (RFC 1034 §5.3.3), in a world of honest servers. */
class IterativeResolutionTest {
  private final Internet net = new Internet(11);

  @BeforeEach
  void plant() {
    net.root()
        .zone(
            """
            . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
            . 86400 IN NS a.root-servers.net.
            a.root-servers.net. 86400 IN A 198.41.0.4
            com. 86400 IN NS a.gtld.net.
            a.gtld.net. 86400 IN A 192.5.6.30
            net. 86400 IN NS a.gtld.net.
            """);
    net.server("192.5.6.30")
        .zone(
            """
            com. 900 IN SOA a.gtld.net. host. 1 7200 3600 1209600 900
            com. 86400 IN NS a.gtld.net.
            example.com. 3600 IN NS ns1.example.com.
            example.com. 3600 IN NS ns2.example.com.
            ns1.example.com. 3600 IN A 192.0.2.1
            ns2.example.com. 3600 IN A 192.0.2.2
            glueless.com. 3600 IN NS ns.hosting.net.
            """)
        .zone(
            """
            net. 900 IN SOA a.gtld.net. host. 1 7200 3600 1209600 900
            net. 86400 IN NS a.gtld.net.
            a.gtld.net. 86400 IN A 192.5.6.30
            hosting.net. 3600 IN NS ns.hosting.net.
            ns.hosting.net. 3600 IN A 192.0.2.3
            """);
    String example =
        """
        example.com. 900 IN SOA ns1.example.com. host. 1 7200 3600 1209600 300
        example.com. 3600 IN NS ns1.example.com.
        example.com. 3600 IN NS ns2.example.com.
        ns1.example.com. 3600 IN A 192.0.2.1
        ns2.example.com. 3600 IN A 192.0.2.2
        www.example.com. 60 IN A 192.0.2.80
        a.b.c.d.example.com. 60 IN A 192.0.2.81
        alias.example.com. 60 IN CNAME www.glueless.com.
        old.example.com. 60 IN DNAME glueless.com.
        *.wild.example.com. 60 IN TXT "any"
        """;
    net.server("192.0.2.1").zone(example);
    net.server("192.0.2.2").zone(example);
    net.server("192.0.2.3")
        .zone(
            """
            hosting.net. 900 IN SOA ns.hosting.net. host. 1 7200 3600 1209600 300
            hosting.net. 3600 IN NS ns.hosting.net.
            ns.hosting.net. 3600 IN A 192.0.2.3
            """)
        .zone(
            """
            glueless.com. 900 IN SOA ns.hosting.net. host. 1 7200 3600 1209600 300
            glueless.com. 3600 IN NS ns.hosting.net.
            www.glueless.com. 60 IN A 192.0.2.90
            """);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private static List<String> texts(Asked asked) {
    return asked.answers().stream()
        .map(
            record ->
                record.getName()
                    + " "
                    + Type.string(record.getType())
                    + " "
                    + record.rdataToString())
        .toList();
  }

  @Test
  void referralsAreFollowedFromTheRootToTheZone() {
    Asked asked = net.resolve("www.example.com.");

    assertThat(texts(asked)).containsExactly("www.example.com. A 192.0.2.80");
    assertThat(asked.reply().getHeader().getFlag(Flags.AA)).isFalse();
    assertThat(asked.reply().getHeader().getFlag(Flags.RA)).isTrue();
  }

  @Test
  void serversSeeNoMoreOfANameThanTheyNeed() { // RFC 9156
    net.resolve("www.example.com.", Type.TXT);

    assertThat(net.root().asked()).containsExactly(". NS", "com. A");
    assertThat(net.server("192.5.6.30").asked()).containsExactly("example.com. A");
  }

  @Test
  void theRootIsPrimedOnceAndItsServersRemembered() { // RFC 9609
    net.resolve("www.example.com.");
    net.resolve("www.glueless.com.");

    assertThat(net.root().asked()).containsOnlyOnce(". NS");
  }

  @Test
  void aKnownZoneCutIsWhereTheNextQuestionBegins() {
    net.resolve("www.example.com.");
    int before = net.sent();

    net.resolve("ns1.example.com.");

    assertThat(net.sent() - before).isEqualTo(1);
  }

  @Test
  void theAddressOfANameServerWithoutGlueIsFoundFirst() {
    assertThat(texts(net.resolve("www.glueless.com.")))
        .containsExactly("www.glueless.com. A 192.0.2.90");
  }

  @Test
  void ofAnAliasAndAnAddressAtOneNameTheFirstCounts() { // RFC 2181 §10.1 has both not together
    Record alias = record("two.example.com. 60 IN CNAME www.example.com.");
    Record address = record("two.example.com. 60 IN A 192.0.2.99");

    twoAt(address, alias);
    assertThat(texts(net.resolve("two.example.com.")))
        .containsExactly("two.example.com. A 192.0.2.99");

    net.world().engine().flush(DnsName.parse("two.example.com."));
    twoAt(alias, address);
    assertThat(texts(net.resolve("two.example.com.")))
        .containsExactly(
            "two.example.com. CNAME www.example.com.", "www.example.com. A 192.0.2.80");
  }

  private static Record record(String text) {
    try (Master master = new Master(new ByteArrayInputStream(text.getBytes(US_ASCII)))) {
      return Objects.requireNonNull(master.nextRecord());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both servers of example.com. have these records at one name, in this order. */
  private void twoAt(Record first, Record second) {
    for (String server : List.of("192.0.2.1", "192.0.2.2")) {
      net.server(server)
          .behaving(
              (query, response) -> {
                if (!query.getQuestion().getName().equals(first.getName())) {
                  return response;
                }
                Message both = new Message(response.getHeader().getID());
                both.getHeader().setFlag(Flags.QR);
                both.getHeader().setFlag(Flags.AA);
                both.addRecord(query.getQuestion(), Section.QUESTION);
                both.addRecord(first, Section.ANSWER);
                both.addRecord(second, Section.ANSWER);
                return both;
              });
    }
  }

  @Test
  void anAliasIntoAnotherZoneIsFollowedThere() {
    assertThat(texts(net.resolve("alias.example.com.")))
        .containsExactly(
            "alias.example.com. CNAME www.glueless.com.", "www.glueless.com. A 192.0.2.90");
  }

  @Test
  void aDnameRedirectsTheNamesBelowIt() { // RFC 6672
    assertThat(texts(net.resolve("www.old.example.com.")))
        .containsExactly(
            "old.example.com. DNAME glueless.com.",
            "www.old.example.com. CNAME www.glueless.com.",
            "www.glueless.com. A 192.0.2.90");
  }

  @Test
  void emptyNonTerminalsAreNoEnd() { // RFC 8020
    assertThat(texts(net.resolve("a.b.c.d.example.com.")))
        .containsExactly("a.b.c.d.example.com. A 192.0.2.81");
  }

  @Test
  void aServerThatDeniesEmptyNonTerminalsIsShownTheWholeName() {
    for (String ip : List.of("192.0.2.1", "192.0.2.2")) {
      net.server(ip)
          .behaving(
              (query, response) -> {
                if (response.getSection(Section.ANSWER).isEmpty()) {
                  response.getHeader().setRcode(Rcode.NXDOMAIN);
                }
                return response;
              });
    }
    assertThat(texts(net.resolve("a.b.c.d.example.com.")))
        .containsExactly("a.b.c.d.example.com. A 192.0.2.81");
  }

  @Test
  void aNameThatATopLevelDomainDeniesIsAskedNoFurther() { // RFC 8020
    Asked first = net.resolve("www.nosuch.com.");
    int before = net.sent();
    Asked below = net.resolve("other.below.nosuch.com.");

    assertThat(first.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(below.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(below.authorities()).extracting(Record::getType).containsExactly(Type.SOA);
    assertThat(net.sent()).isEqualTo(before);
  }

  @Test
  void aMissingTypeIsNodataWithSoa() { // RFC 2308
    Asked asked = net.resolve("www.example.com.", Type.MX);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isEmpty();
    assertThat(asked.authorities()).extracting(Record::getType).containsExactly(Type.SOA);
  }

  @Test
  void theDsOfAZoneIsAskedAtItsParent() { // RFC 4035 §3.1.4.1
    net.resolve("www.example.com.");
    Asked asked = net.resolve("example.com.", Type.DS);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.authorities().getFirst().getName()).hasToString("com.");
    assertThat(net.server("192.0.2.1").asked()).doesNotContain("example.com. DS");
  }

  @Test
  void aSilentServerIsJoinedByTheNextAndAvoidedLater() {
    net.fault("192.0.2.1", new Fault.Dead());
    for (int i = 0; i < 12; i++) {
      assertThat(net.resolve("n" + i + ".wild.example.com.", Type.TXT).answers()).hasSize(1);
    }
    Asked last = net.resolve("last.wild.example.com.", Type.TXT);

    assertThat(last.took()).isLessThan(Duration.ofMillis(100));
    assertThat(net.world().network().sentTo(net.endpoint("192.0.2.1")).size()).isLessThan(6);
  }

  @Test
  void aLameServerIsPassedOver() {
    net.server("192.0.2.1")
        .behaving(
            (query, response) -> {
              Message lame = new Message(query.getHeader().getID());
              lame.getHeader().setFlag(Flags.QR);
              lame.getHeader().setRcode(Rcode.REFUSED);
              lame.addRecord(query.getQuestion(), Section.QUESTION);
              return lame;
            });
    for (int i = 0; i < 5; i++) {
      assertThat(net.resolve("n" + i + ".wild.example.com.", Type.TXT).answers()).hasSize(1);
    }
    assertThat(net.server("192.0.2.1").asked().size()).isLessThanOrEqualTo(1);
  }

  @Test
  void whenAllServersAreSilentTheFailureNamesThem() {
    net.fault("192.0.2.1", new Fault.Dead());
    net.fault("192.0.2.2", new Fault.Dead());

    Asked asked = net.resolve("www.example.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.extendedError()).contains(22);
  }

  @Test
  void whatDoesNotFitIntoUdpComesOverTcp() {
    StringBuilder big = new StringBuilder("big.com. 900 IN SOA a. b. 1 2 3 4 5\n");
    big.append("big.com. 900 IN NS ns.big.com.\nns.big.com. 900 IN A 192.0.2.7\n");
    for (int i = 0; i < 200; i++) {
      big.append("many.big.com. 60 IN A 198.51.100.").append(i).append('\n');
    }
    net.server("192.0.2.7").zone(big.toString());
    net.server("192.5.6.30")
        .zone(
            """
            com. 900 IN SOA a.gtld.net. host. 1 7200 3600 1209600 900
            com. 86400 IN NS a.gtld.net.
            big.com. 3600 IN NS ns.big.com.
            ns.big.com. 3600 IN A 192.0.2.7
            """);
    Message query = SimulatedClient.query("many.big.com.", Type.A);
    Asked asked = net.client().await(net.client().ask(query, Transport.TCP));

    assertThat(asked.answers()).hasSize(200);
  }

  @Test
  void aNameThatADnameMakesTooLongIsYxdomainWithTheDname() { // RFC 6672 §2.2
    String label = "a".repeat(60) + ".";
    net.server("192.0.2.1")
        .zone(
            """
            example.com. 900 IN SOA ns1.example.com. host. 1 7200 3600 1209600 300
            example.com. 3600 IN NS ns1.example.com.
            ns1.example.com. 3600 IN A 192.0.2.1
            long.example.com. 600 IN DNAME %sexample.com.
            """
                .formatted(label.repeat(3)));
    net.fault("192.0.2.2", new Fault.Dead());
    String name = label + "long.example.com.";

    for (int i = 0; i < 2; i++) {
      Asked asked = net.resolve(name);

      assertThat(asked.rcode()).isEqualTo(Rcode.YXDOMAIN);
      assertThat(asked.answers()).singleElement().extracting(Record::getType).isEqualTo(Type.DNAME);
    }
  }

  @Test
  void aZoneThatWantsItsServersForgottenSoonerThanItsParentIsLookedForAgain() { // RFC 2181 §5.4.1
    net.server("192.0.2.1")
        .behaving(
            (query, response) -> {
              response.addRecord(
                  new NSRecord(
                      Name.fromConstantString("example.com."),
                      DClass.IN,
                      300,
                      Name.fromConstantString("ns1.example.com.")),
                  Section.AUTHORITY);
              return response;
            });
    net.fault("192.0.2.2", new Fault.Dead());
    net.resolve("www.example.com.");
    int before = net.server("192.5.6.30").asked().size();
    net.world().pass(Duration.ofSeconds(200));
    net.resolve("www.example.com.");
    assertThat(net.server("192.5.6.30").asked()).hasSize(before);
    net.world().pass(Duration.ofSeconds(310));
    net.resolve("www.example.com.");

    assertThat(net.server("192.5.6.30").asked().size()).isGreaterThan(before);
  }

  @Test
  void yxdomainWithoutADnameIsNoAnswerWhateverComesWithIt() {
    for (String ip : List.of("192.0.2.1", "192.0.2.2")) {
      net.server(ip)
          .behaving(
              (query, response) -> {
                response.getHeader().setRcode(Rcode.YXDOMAIN);
                return response;
              });
    }

    assertThat(net.resolve("www.example.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.resolve("no.example.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }
}
