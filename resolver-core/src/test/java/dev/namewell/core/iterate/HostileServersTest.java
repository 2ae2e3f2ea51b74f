package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Attacks on resolvers by those who run a server of their own, one test each. */
class HostileServersTest {
  private static final String TLD = "192.5.6.30";
  private static final String EVIL = "203.0.113.1";
  private static final String VICTIM = "192.0.2.1";
  private static final String COM =
      """
      com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
      com. 86400 IN NS a.gtld.com.
      a.gtld.com. 86400 IN A 192.5.6.30
      victim.com. 60 IN NS ns.victim.com.
      ns.victim.com. 60 IN A 192.0.2.1
      evil.com. 3600 IN NS ns.evil.com.
      ns.evil.com. 3600 IN A 203.0.113.1
      """;

  private final Internet net = new Internet(23);

  @BeforeEach
  void plant() {
    net.root()
        .zone(
            """
            . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
            . 86400 IN NS a.root-servers.net.
            a.root-servers.net. 86400 IN A 198.41.0.4
            com. 86400 IN NS a.gtld.com.
            a.gtld.com. 86400 IN A 192.5.6.30
            """);
    net.server(TLD).zone(COM);
    net.server(VICTIM)
        .zone(
            """
            victim.com. 900 IN SOA ns.victim.com. host. 1 7200 3600 1209600 300
            victim.com. 60 IN NS ns.victim.com.
            ns.victim.com. 60 IN A 192.0.2.1
            www.victim.com. 60 IN A 192.0.2.80
            """);
    net.server(EVIL)
        .zone(
            """
            evil.com. 900 IN SOA ns.evil.com. host. 1 7200 3600 1209600 300
            evil.com. 3600 IN NS ns.evil.com.
            ns.evil.com. 3600 IN A 203.0.113.1
            www.evil.com. 60 IN A 203.0.113.80
            """);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private static Name name(String text) {
    return Name.fromConstantString(text);
  }

  private static Message blank(Message query) {
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.addRecord(query.getQuestion(), Section.QUESTION);
    return response;
  }

  private static ARecord address(String owner, String ip) {
    try {
      return new ARecord(name(owner), DClass.IN, 86_400, InetAddress.getByName(ip));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static NSRecord ns(Name zone, String server) {
    return new NSRecord(zone, DClass.IN, 3600, name(server));
  }

  private void assertVictimIsWell() {
    assertThat(net.resolve("www.victim.com.").answers())
        .singleElement()
        .extracting(record -> record.rdataToString())
        .isEqualTo("192.0.2.80");
  }

  @Test
  void aReferralToManyNamesOfAVictimCostsTheVictimLittle() { // NXNSAttack
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              Message referral = blank(query);
              Name asked = query.getQuestion().getName();
              for (int i = 0; i < 100; i++) {
                referral.addRecord(ns(asked, "no" + i + ".victim.com."), Section.AUTHORITY);
              }
              return referral;
            });

    Asked asked = net.resolve("a.evil.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.server(VICTIM).asked().size()).isLessThanOrEqualTo(10);
  }

  @Test
  void zonesWhoseServersAreInEachOtherEndTheSearch() { // TsuNAME
    net.server(TLD)
        .zone(
            COM
                + """
                one.com. 3600 IN NS ns.two.com.
                two.com. 3600 IN NS ns.one.com.
                """);

    Asked asked = net.resolve("www.one.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.sent()).isLessThan(20);
    assertThat(net.world().events().limits()).isEmpty();
  }

  @Test
  void zonesThatNeedOneAnotherAreFollowedSevenDeep() {
    StringBuilder zone = new StringBuilder(COM);
    for (int i = 0; i < 8; i++) {
      zone.append("z%d.com. 3600 IN NS ns.z%d.com.\n".formatted(i, i + 1));
      net.server(VICTIM)
          .zone(
              """
              z%1$d.com. 900 IN SOA ns.victim.com. host. 1 7200 3600 1209600 300
              ns.z%1$d.com. 60 IN A 192.0.2.1
              www.z%1$d.com. 60 IN A 192.0.2.80
              """
                  .formatted(i));
    }
    zone.append("z8.com. 3600 IN NS ns.victim.com.\n");
    net.server(TLD).zone(zone.toString());
    net.server(VICTIM)
        .zone(
            """
            z8.com. 900 IN SOA ns.victim.com. host. 1 7200 3600 1209600 300
            ns.z8.com. 60 IN A 192.0.2.1
            """);

    assertThat(net.resolve("www.z0.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.world().events().limits()).containsKey("walks within walks for one question");
    assertThat(net.resolve("www.z1.com.").rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void aliasesWithoutEndAreFollowedElevenTimes() { // unchained
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              Message alias = blank(query);
              alias.getHeader().setFlag(Flags.AA);
              Name asked = query.getQuestion().getName();
              String next = "n" + asked.toString().hashCode() + ".evil.com.";
              alias.addRecord(new CNAMERecord(asked, DClass.IN, 60, name(next)), Section.ANSWER);
              return alias;
            });

    Asked asked = net.resolve("www.evil.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.server(EVIL).asked().size()).isLessThanOrEqualTo(12);
  }

  @Test
  void referralsFurtherAndFurtherDownEnd() { // iterative subdomains
    net.withoutMinimisation()
        .server(EVIL)
        .behaving(
            (query, response) -> {
              Name asked = query.getQuestion().getName();
              int seen = net.server(EVIL).asked().size();
              int labels = Math.min(asked.labels() - 1, 3 + seen);
              Name cut = new Name(asked, asked.labels() - labels);
              Message referral = blank(query);
              referral.addRecord(ns(cut, "ns.evil.com."), Section.AUTHORITY);
              referral.addRecord(address("ns.evil.com.", EVIL), Section.ADDITIONAL);
              return referral;
            });

    Asked asked = net.resolve("a.".repeat(110) + "evil.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.sent()).isLessThan(60);
  }

  @Test
  void whateverItComesToOneQuestionCostsABoundedNumberOfExchanges() { // CAMP, CacheFlush
    int servers = 13;
    StringBuilder zone = new StringBuilder(COM);
    Map<Name, Integer> tries = new HashMap<>();
    for (int i = 0; i < servers; i++) {
      String ip = "203.0.113." + (100 + i);
      zone.append("slow.com. 3600 IN NS ns").append(i).append(".slow.com.\n");
      zone.append("ns").append(i).append(".slow.com. 3600 IN A ").append(ip).append('\n');
      net.server(ip)
          .behaving(
              (query, response) -> {
                Name asked = query.getQuestion().getName();
                Message answer = blank(query);
                if (tries.merge(asked, 1, Integer::sum) < servers) {
                  answer.getHeader().setRcode(Rcode.SERVFAIL);
                } else {
                  Name next = name("n" + asked.hashCode() + ".slow.com.");
                  answer.getHeader().setFlag(Flags.AA);
                  answer.addRecord(new CNAMERecord(asked, DClass.IN, 60, next), Section.ANSWER);
                }
                return answer;
              });
    }
    net.server(TLD).zone(zone.toString());

    Asked asked = net.resolve("www.slow.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.sent()).isBetween(90, 101);
  }

  @Test
  void aReferralThatDoesNotLeadToTheQuestionIsNotFollowed() {
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              Message referral = blank(query);
              Name other = name("other.evil.com.");
              referral.addRecord(ns(other, "ns.other.evil.com."), Section.AUTHORITY);
              referral.addRecord(address("ns.other.evil.com.", VICTIM), Section.ADDITIONAL);
              return referral;
            });
    int before = net.server(VICTIM).asked().size();

    Asked asked = net.resolve("www.evil.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.server(VICTIM).asked()).hasSize(before);
  }

  @Test
  void aDelegationThatItsParentTookBackEndsWithItsLease() { // ghost domains
    net.server(VICTIM)
        .behaving(
            (query, response) -> {
              response.addRecord(ns(name("victim.com."), "ns.victim.com."), Section.AUTHORITY);
              return response;
            });
    net.resolve("www.victim.com.");
    net.resolve("victim.com.", Type.NS);
    net.server(TLD).zone(COM.replace("victim.com. 60 IN NS ns.victim.com.\n", ""));
    for (int i = 0; i < 5; i++) {
      net.world().pass(Duration.ofSeconds(20));
      net.resolve("victim.com.", Type.NS);
    }

    assertThat(net.resolve("www.victim.com.").rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void recordsOfOthersInAnAnswerAreAsIfTheyWereNotThere() { // Kashpureff
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              response.addRecord(
                  address("www.victim.com.", SimulatedNetwork.POISON.getHostAddress()),
                  Section.ANSWER);
              response.addRecord(ns(name("victim.com."), "ns.evil.com."), Section.AUTHORITY);
              response.addRecord(ns(name("com."), "ns.evil.com."), Section.AUTHORITY);
              response.addRecord(address("ns.victim.com.", EVIL), Section.ADDITIONAL);
              return response;
            });
    net.resolve("www.evil.com.");

    assertVictimIsWell();
  }

  @Test
  void anNsRrsetBehindAnAnswerMovesNoZone() { // promiscuous NS, CVE-2025-11411
    net.server(VICTIM)
        .behaving(
            (query, response) -> {
              NSRecord moved = ns(name("victim.com."), "ns.evil.com.");
              response.addRecord(moved, Section.ANSWER);
              response.addRecord(moved, Section.AUTHORITY);
              response.addRecord(address("ns.evil.com.", EVIL), Section.ADDITIONAL);
              return response;
            });
    assertVictimIsWell();
    assertThat(net.resolve("www.victim.com.", Type.TXT).answers()).isEmpty();
    assertThat(net.resolve("none.victim.com.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    net.fault(VICTIM, new Fault.Closed());

    assertThat(net.resolve("other.victim.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.server(EVIL).asked()).isEmpty();
  }

  @Test
  void aServerCannotReferToAZoneThatIsNotBelowItsOwn() { // MaginotDNS, sideways referral
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              Message referral = blank(query);
              referral.addRecord(ns(name("victim.com."), "ns.evil.com."), Section.AUTHORITY);
              referral.addRecord(ns(name("com."), "ns.evil.com."), Section.AUTHORITY);
              referral.addRecord(address("ns.evil.com.", EVIL), Section.ADDITIONAL);
              return referral;
            });
    assertThat(net.resolve("www.evil.com.").rcode()).isEqualTo(Rcode.SERVFAIL);

    assertVictimIsWell();
  }

  @Test
  void glueForANameOutsideTheServersZoneIsNotUsed() {
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              Message referral = blank(query);
              referral.addRecord(ns(name("sub.evil.com."), "ns.victim.com."), Section.AUTHORITY);
              referral.addRecord(address("ns.victim.com.", EVIL), Section.ADDITIONAL);
              return referral;
            });
    net.resolve("www.sub.evil.com.");

    assertThat(net.server(EVIL).asked()).hasSize(1);
    assertVictimIsWell();
    assertThat(net.server(EVIL).asked()).hasSize(1);
  }

  @Test
  void anAliasToAVictimDoesNotBringTheVictimsRecordsAlong() {
    net.server(EVIL)
        .behaving(
            (query, response) -> {
              Message alias = blank(query);
              alias.getHeader().setFlag(Flags.AA);
              alias.addRecord(
                  new CNAMERecord(
                      query.getQuestion().getName(), DClass.IN, 60, name("www.victim.com.")),
                  Section.ANSWER);
              alias.addRecord(
                  address("www.victim.com.", SimulatedNetwork.POISON.getHostAddress()),
                  Section.ANSWER);
              return alias;
            });

    assertThat(net.resolve("www.evil.com.").answers().getLast().rdataToString())
        .isEqualTo("192.0.2.80");
    assertVictimIsWell();
  }

  @Test
  void anRrsetOfHundredsOfRecordsIsRefused() {
    StringBuilder zone = new StringBuilder();
    zone.append("evil.com. 900 IN SOA ns.evil.com. host. 1 7200 3600 1209600 300\n");
    for (int i = 0; i < 600; i++) {
      zone.append("huge.evil.com. 60 IN A 10.9.%d.%d\n".formatted(i / 250, i % 250));
    }
    net.server(EVIL).zone(zone.toString());

    assertThat(net.resolve("huge.evil.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void addressesOfThisMachineAreNeverAsked() {
    net.server(TLD)
        .zone(
            COM
                + """
                self.com. 3600 IN NS ns.self.com.
                ns.self.com. 3600 IN A 127.0.0.1
                ns.self.com. 3600 IN AAAA ::1
                """);

    assertThat(net.resolve("www.self.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.world().network().sent())
        .noneMatch(sent -> sent.server().address().getAddress().isLoopbackAddress());
  }

  @Test
  void anyNumberOfEqualQuestionsIsOnItsWayOnce() { // Rebirthday
    for (int i = 0; i < 50; i++) {
      net.client().ask("www.victim.com.", Type.A);
    }
    net.world().pass(Duration.ofSeconds(1));

    assertThat(net.client().asked()).allMatch(asked -> asked.answers().size() == 1);
    assertThat(net.server(VICTIM).asked()).isEqualTo(List.of("www.victim.com. A"));
  }

  @Test
  void aDomainWithAThousandNameServersIsTriedAtThirteen() { // NRDelegation
    StringBuilder zone = new StringBuilder(COM);
    for (int i = 0; i < 400; i++) {
      zone.append("many.com. 60 IN NS n%d.many.com.\n".formatted(i));
      String ip = "10.7.%d.%d".formatted(i / 250, i % 250 + 1);
      zone.append("n%d.many.com. 60 IN A %s\n".formatted(i, ip));
      net.server(ip)
          .behaving(
              (query, response) -> {
                Message failure = blank(query);
                failure.getHeader().setRcode(Rcode.SERVFAIL);
                return failure;
              });
    }
    net.server(TLD).zone(zone.toString());

    assertThat(net.resolve("www.many.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(
            net.world().network().sent().stream()
                .map(sent -> sent.server().address().getAddress().getHostAddress())
                .filter(ip -> ip.startsWith("10.7."))
                .distinct()
                .count())
        .isLessThanOrEqualTo(13);
  }

  @Test
  void aClientCannotPileUpAnswersForOneBurst() { // DNSBomb
    int most = LimitSettings.defaults().waitingPerClient();
    net.fault(EVIL, new Fault.Slow(Duration.ofSeconds(2)));
    net.resolve("evil.com.", Type.NS);
    int before = net.client().asked().size();
    for (int i = 0; i < most + 500; i++) {
      net.client().ask("n" + i + ".evil.com.", Type.A);
    }
    net.world().pass(Duration.ofSeconds(1));

    assertThat(net.client().asked().subList(before, before + most + 500))
        .filteredOn(asked -> asked.ends() == 1)
        .hasSize(500)
        .allMatch(asked -> asked.rcode() == Rcode.SERVFAIL);
  }

  @Test
  void packetsThatMakeNoSenseEndNoQuestion() { // TuDoor
    net.resolve("www.evil.com.");
    net.fault(VICTIM, new Fault.Garbled(1));

    assertVictimIsWell();
  }

  @Test
  void afterForgedPacketsTheServerIsAskedOverTcp() { // SAD DNS
    net.resolve("www.evil.com.");
    net.fault(VICTIM, new Fault.Spoofed(1, Fault.Forgery.WRONG_ID));

    assertVictimIsWell();
    assertThat(net.world().network().sentTo(net.endpoint(VICTIM)))
        .last()
        .extracting(SimulatedNetwork.Sent::transport)
        .isEqualTo(Transport.TCP);
  }
}
