package dev.namewell.core.rootzone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.engine.Engine;
import dev.namewell.core.records.ZoneText;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RootZoneSource;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.settings.ValidationSettings.Upkeep;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.World;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A local copy of the root zone (RFC 8806), with its digest (RFC 8976). */
class RootZoneCopyTest {
  private static final String PRIMARY = "192.0.32.132";

  /** As Knot DNS made it, digest and all. */
  private static final String ROOT =
      """
      . 86400 IN SOA a.root-servers.net. host.example.net. 2026112400 1800 900 604800 900
      . 86400 IN NS a.root-servers.net.
      . 86400 IN TXT "Not The Real Root"
      . 86400 IN ZONEMD 2026112400 1 1 B5F485A20090AEB2FF33B9133A425CC84E0AEBAB55572E737BACE3108AEEDF8A85F6DE6993CE18DB99DEF73D3D020E46
      b.c. 3600 IN NS a.gtld.com.
      com. 86400 IN NS a.gtld.com.
      com. 86400 IN DS 19718 13 2 8ACBB0CD28F41250A80A491389424D341522D946B0DA0C0291F2D3D771D7805A
      a.gtld.com. 86400 IN A 192.5.6.30
      a.gtld.com. 86400 IN AAAA 2001:503:a83e::2:30
      a.root-servers.net. 86400 IN A 198.41.0.4
      """;

  private static final String WITHOUT_DIGEST = ROOT.replaceFirst("(?m)^.*ZONEMD.*\n", "");

  private final Internet net = new Internet(41);

  @BeforeEach
  void plant() {
    net.root().zone(ROOT);
    net.server(PRIMARY).zone(ROOT);
    net.server("192.5.6.30")
        .zone(
            """
            com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
            com. 86400 IN NS a.gtld.com.
            a.gtld.com. 86400 IN A 192.5.6.30
            www.com. 60 IN A 192.0.2.80
            """);
    net.rootZone(
        new RootZoneSource.Transfer(List.of(new Address(InetAddress.ofLiteral(PRIMARY), 53))));
  }

  @AfterEach
  void end() {
    net.close();
  }

  /** Starts the resolver and gives it time for the transfer. */
  private void start() {
    net.client();
    net.world().pass(Duration.ofSeconds(5));
  }

  private void assertAnswered() {
    assertThat(net.resolve("www.com.").answers())
        .singleElement()
        .extracting(record -> record.rdataToString())
        .isEqualTo("192.0.2.80");
  }

  private boolean rootIsAsked(Runnable during) {
    int before = net.root().asked().size();
    during.run();
    return net.root().asked().size() > before;
  }

  private RootZone held() {
    return Objects.requireNonNull(net.world().engine().rootZone().zone(net.world().time().nanos()));
  }

  @Test
  void whatTheCopyKnowsNoRootServerIsAsked() {
    start();

    assertAnswered();
    assertThat(net.resolve("no.such.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(net.resolve("c.").rcode()).isEqualTo(Rcode.NOERROR); // empty non-terminal
    assertThat(net.resolve("com.", Type.DS).answers()).hasSize(1);
    assertThat(net.resolve(".", Type.NS).answers()).hasSize(1);
    assertThat(net.root().asked()).isEmpty();
  }

  @Test
  void eachMessageOfATransferIsReadAwayFromTheEventLoops() {
    int records = 4000;
    StringBuilder zone = new StringBuilder(WITHOUT_DIGEST);
    for (int i = 0; i < records; i++) {
      zone.append("t%d. 86400 IN NS a.gtld.com.\n".formatted(i));
    }
    net.server(PRIMARY).zone(zone.toString());
    start();

    assertThat(held().rrset(DnsName.parse("t3999."), RecordType.NS)).isNotNull();
    assertThat(net.world().tasks().computations())
        .as("messages of four records, and the sorting of all")
        .isGreaterThan(records / 4);
  }

  @Test
  void aDenialByTheCopyHasTheSoaOfTheRoot() {
    start();

    Asked asked = net.resolve("no.such.");

    assertThat(asked.reply().getSection(Section.AUTHORITY))
        .singleElement()
        .extracting(record -> record.getType())
        .isEqualTo(Type.SOA);
  }

  @Test
  void aZoneWhoseDigestIsWrongIsNotUsed() {
    net.server(PRIMARY).zone(ROOT.replace("192.5.6.30", "192.5.6.31"));
    start();

    assertThat(rootIsAsked(this::assertAnswered)).isTrue();
  }

  /** A ZONEMD record that is not right, beside the one of the zone. */
  private static String withZonemd(int hash, int digits) {
    return ROOT + ". 86400 IN ZONEMD 2026112400 1 %d %s\n".formatted(hash, "A".repeat(digits));
  }

  @Test
  void ofTwoDigestsOfOneKindNeitherCounts() throws IOException { // RFC 8976 §4
    String twice = withZonemd(1, 96);
    net.server(PRIMARY).zone(twice);
    start();

    assertThat(rootIsAsked(this::assertAnswered)).isTrue();
    byte[] octets = twice.getBytes(StandardCharsets.US_ASCII);
    assertThat(ZoneDigest.trouble(new RootZone(ZoneText.read(new ByteArrayInputStream(octets)))))
        .isEqualTo("two ZONEMD records are of the same scheme and hash algorithm");
  }

  @Test
  void oneThatIsRightIsEnough() { // RFC 8976 §4
    net.server(PRIMARY).zone(withZonemd(2, 128));
    start();

    assertThat(rootIsAsked(this::assertAnswered)).isFalse();
  }

  @Test
  void withoutDigestItIsUsedWhereNothingIsValidated() {
    net.server(PRIMARY).zone(WITHOUT_DIGEST);
    start();

    assertThat(rootIsAsked(this::assertAnswered)).isFalse();
  }

  @Test
  void aTransferThatIsCutShortIsNotUsed() {
    net.server(PRIMARY)
        .behaving(
            (query, message) -> message.getSection(Section.ANSWER).size() < 4 ? null : message);
    start();

    assertThat(rootIsAsked(this::assertAnswered)).isTrue();
  }

  @Test
  void aServerThatRefusesTransferIsFollowedByTheNext() {
    net.server("192.0.47.132");
    net.rootZone(
        new RootZoneSource.Transfer(
            List.of(
                new Address(InetAddress.ofLiteral("192.0.47.132"), 53),
                new Address(InetAddress.ofLiteral(PRIMARY), 53))));
    start();

    assertThat(rootIsAsked(this::assertAnswered)).isFalse();
  }

  @Test
  void aNewSerialBringsANewCopyWhenRefreshIsDue() {
    start();
    net.server(PRIMARY).zone(WITHOUT_DIGEST.replace("2026112400", "2026112401"));

    net.world().pass(Duration.ofSeconds(1700));
    assertThat(held().serial()).isEqualTo(2026112400L);
    net.world().pass(Duration.ofSeconds(200));
    assertThat(held().serial()).isEqualTo(2026112401L);
  }

  @Test
  void anOlderZoneThanTheCopyIsNotTaken() {
    start();
    net.server(PRIMARY).zone(WITHOUT_DIGEST.replace("2026112400", "2026112399"));
    Record newer =
        new SOARecord(
            Name.root, DClass.IN, 60, Name.root, Name.root, 2026112401L, 1800, 900, 604800, 900);
    net.server(PRIMARY)
        .behaving(
            (query, response) -> {
              if (query.getQuestion().getType() == Type.SOA) {
                response.removeAllRecords(Section.ANSWER);
                response.addRecord(newer, Section.ANSWER);
              }
              return response;
            });

    net.world().pass(Duration.ofHours(1));

    assertThat(net.server(PRIMARY).asked()).filteredOn(". AXFR"::equals).hasSizeGreaterThan(1);
    assertThat(held().serial()).isEqualTo(2026112400L);
  }

  @Test
  void anUnchangedSerialIsNotTransferredAgain() {
    start();
    net.world().pass(Duration.ofHours(2));

    assertThat(net.server(PRIMARY).asked()).containsOnlyOnce(". AXFR").contains(". SOA");
  }

  @Test
  void aCopyThatCannotBeRenewedIsGoodUntilItExpires() {
    start();
    net.fault(PRIMARY, new Fault.Dead());

    net.world().pass(Duration.ofDays(6));
    assertThat(rootIsAsked(this::assertAnswered)).isFalse();
    net.world().pass(Duration.ofDays(2));
    assertThat(rootIsAsked(this::assertAnswered)).isTrue();
  }

  private static RootZoneSource file(String text) throws IOException {
    return new RootZoneSource.File(
        "root.zone",
        ZoneText.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void aFileDoesAsWellAndIsReadAnewWithTheConfiguration() throws IOException {
    net.rootZone(file(ROOT));
    start();
    assertThat(rootIsAsked(this::assertAnswered)).isFalse();

    String changed = WITHOUT_DIGEST.replace("2026112400", "2026112402");
    Engine engine = net.world().engine();
    engine.apply(World.routed(engine.settings(), List.of(), Optional.of(file(changed))));
    net.world().pass(Duration.ofSeconds(1));

    assertThat(held().serial()).isEqualTo(2026112402L);
    assertThat(net.world().tasks().live()).containsOnlyOnce("root zone copy");
  }

  @Test
  void aFileIsUsedUntilItExpiresAndNotAgain() throws IOException {
    net.rootZone(file(ROOT));
    start();

    net.world().pass(Duration.ofDays(6));
    assertThat(rootIsAsked(this::assertAnswered)).isFalse();
    net.world().pass(Duration.ofDays(3));
    assertThat(rootIsAsked(this::assertAnswered)).isTrue();
    assertThat(net.world().tasks().live()).doesNotContain("root zone copy");
  }

  @Test
  void typesThatAreNoDataOfAZoneAreLeftToTheRootsServers() {
    start();

    Asked _ = net.resolve(".", Type.RRSIG);

    assertThat(net.root().asked()).contains(". RRSIG");
  }

  /** A resolver that validates and has a copy, whose keys nobody has to prove. */
  private void validate() throws IOException {
    byte[] ds = new byte[36];
    ds[3] = 2; // SHA-256
    TrustAnchor anchor = new TrustAnchor(DnsName.ROOT, List.of(ds), List.of());
    net.validating(
        new ValidationSettings(Mode.ON, List.of(anchor), List.of(), true, Upkeep.inMemory()));
    net.client();
    List<Rrset> rrsets =
        ZoneText.read(new ByteArrayInputStream(ROOT.getBytes(StandardCharsets.US_ASCII)));
    net.world().engine().rootZone().hold(new RootZone(rrsets), "here", Long.MAX_VALUE, () -> true);
  }

  @Test
  void theRootsServersAreAskedForItsKeysBesideACopy() throws IOException { // RFC 5011 §2.3
    validate();

    net.world().pass(Duration.ofSeconds(30));

    assertThat(net.root().asked()).contains(". DNSKEY");
  }

  @Test
  void whetherTheRootValidatesAgainItsServersSayAndNoCopy() throws IOException { // RFC 7646 §2
    validate();
    net.world().pass(Duration.ofMinutes(1));
    net.root().asked().clear();

    Instant end = net.world().time().truth().plus(Duration.ofHours(1));
    net.world().engine().addNegativeAnchor(DnsName.ROOT, end);
    net.world().pass(Duration.ofMinutes(6));

    assertThat(net.root().asked()).contains(". SOA");
  }

  @Test
  void withoutSourceTheCopyIsDropped() {
    start();
    Engine engine = net.world().engine();
    engine.apply(World.routed(engine.settings(), List.of(), Optional.empty()));

    assertThat(rootIsAsked(this::assertAnswered)).isTrue();
  }

  @Test
  void aCopyThatIsDroppedWhileItIsTakenIsNotUsed() throws Exception {
    List<Rrset> rrsets =
        ZoneText.read(new ByteArrayInputStream(ROOT.getBytes(StandardCharsets.US_ASCII)));
    net.client();
    RootZoneCopy copy = net.world().engine().rootZone();
    Thread drop = new Thread(copy::drop);

    copy.hold(
        new RootZone(rrsets),
        "here",
        Long.MAX_VALUE,
        () -> {
          drop.start();
          while (drop.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait(); // until it is done, or waits for this to be done
          }
          return true;
        });
    drop.join();

    assertThat(copy.isDropped()).isTrue();
  }
}
