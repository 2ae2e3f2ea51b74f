package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.World;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;

/**
 * Signatures made by another implementation, of every algorithm (RFC 4034 §3, 5702, 6605, 8080).
 */
@ParameterizedClass
@EnumSource
class SignatureVerifierTest {
  /** Who computes. */
  enum Cryptography {
    JAVA {
      @Override
      Optional<Provider> provider() {
        return Optional.empty();
      }
    },
    CORRETTO {
      @Override
      Optional<Provider> provider() {
        return Optional.of(AmazonCorrettoCryptoProvider.INSTANCE);
      }
    };

    abstract Optional<Provider> provider();
  }

  private static final Name ZONE = Name.fromConstantString("Example.");
  private static final DnsName APEX = DnsName.parse("example.");
  private static final Duration DAY = Duration.ofDays(1);

  private final World world = new World(5, "");
  private final Cryptography cryptography;
  private final SignatureVerifier verifier;

  SignatureVerifierTest(Cryptography cryptography) {
    this.cryptography = cryptography;
    verifier =
        new SignatureVerifier(
            world.time(),
            world.tasks(),
            new RecordedEvents(),
            Runnable::run,
            cryptography::provider);
  }

  /** A key with what its records are signed with. */
  private record Key(DNSKEYRecord record, KeyPair pair) {
    ZoneKey zoneKey() {
      return new ZoneKey(record.rdataToWireCanonical());
    }
  }

  @BeforeEach
  void nativeCodeLoads() {
    boolean isThere = cryptography == Cryptography.JAVA || hasCorretto();
    assertThat(isThere || System.getenv("CI") == null).isTrue();
    assumeTrue(isThere, "native code for another platform");
  }

  private static boolean hasCorretto() {
    return AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null;
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static Key key(int algorithm, int flags) {
    try {
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(
              switch (algorithm) {
                case 13, 14 -> "EC";
                case 15 -> "Ed25519";
                case 16 -> "Ed448";
                default -> "RSA";
              });
      if (algorithm == 13 || algorithm == 14) {
        generator.initialize(new ECGenParameterSpec(algorithm == 13 ? "secp256r1" : "secp384r1"));
      } else if (algorithm < 13) {
        generator.initialize(1024);
      }
      KeyPair pair = generator.generateKeyPair();
      return new Key(
          new DNSKEYRecord(ZONE, DClass.IN, 3600, flags, 3, algorithm, pair.getPublic()), pair);
    } catch (GeneralSecurityException | DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Key key(int algorithm) {
    return key(algorithm, DNSKEYRecord.Flags.ZONE_KEY);
  }

  private static Rrset signed(Key key, Record... records) {
    RRset set = new RRset();
    List.of(records).forEach(set::addRR);
    try {
      RRSIGRecord rrsig =
          DNSSEC.sign(
              set,
              key.record(),
              key.pair().getPrivate(),
              SimulatedTime.BEGINNING.minus(DAY),
              SimulatedTime.BEGINNING.plus(DAY));
      return rrset(List.of(records), rrsig.rdataToWireCanonical());
    } catch (DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Rrset rrset(List<Record> records, byte[] rrsig) {
    Record first = records.getFirst();
    List<byte[]> rdatas = new ArrayList<>();
    records.forEach(record -> rdatas.add(rdata(record)));
    return new Rrset(
        DnsName.parse(first.getName().toString()),
        first.getType(),
        first.getDClass(),
        (int) first.getTTL(),
        rdatas,
        List.of(rrsig));
  }

  /** As it may come: names in the letter case of the sender. */
  private static byte[] rdata(Record record) {
    byte[] wire = record.toWire(Section.ANSWER);
    int fixed = record.getName().length() + 10;
    return Arrays.copyOfRange(wire, fixed, wire.length);
  }

  private static ARecord address(String name, String ip) {
    return new ARecord(Name.fromConstantString(name), DClass.IN, 3600, InetAddress.ofLiteral(ip));
  }

  private Verdict verify(Rrset rrset, Key... keys) {
    List<ZoneKey> zoneKeys = List.of(keys).stream().map(Key::zoneKey).toList();
    return verifier.verify(rrset, APEX, zoneKeys, new Budget(world.time(), DAY));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7, 8, 10, 13, 14, 15, 16})
  void everyAlgorithmIsVerified(int algorithm) {
    Key key = key(algorithm);
    Rrset good =
        signed(key, address("www.example.", "192.0.2.2"), address("www.example.", "192.0.2.1"));

    assertThat(verify(good, key)).isInstanceOf(Verdict.Secure.class);
    assertThat(verify(good, key(algorithm))).isInstanceOf(Verdict.Bogus.class);
    Rrset forged =
        rrset(List.of(address("www.example.", "203.0.113.1")), good.signatures().getFirst());
    assertThat(verify(forged, key)).isInstanceOf(Verdict.Bogus.class);
  }

  /** All but Ed448, which the Java runtime then computes. */
  @ParameterizedTest
  @ValueSource(ints = {5, 7, 8, 10, 13, 14, 15})
  void whoIsPreferredComputes(int algorithm) throws GeneralSecurityException {
    Provider preferred = cryptography.provider().orElse(null);
    byte[] rdata = key(algorithm).record().rdataToWireCanonical();
    Algorithm known = Objects.requireNonNull(Algorithm.of(algorithm));

    assertThat(known.key(rdata, 4, preferred).provider()).isSameAs(preferred);
  }

  @Test
  void namesInRdataAreSignedInLowerCase() { // RFC 4034 §6.2
    Key key = key(15);
    Name host = Name.fromConstantString("HOST.Example.");

    assertThat(verify(signed(key, new MXRecord(ZONE, DClass.IN, 60, 5, host)), key))
        .isInstanceOf(Verdict.Secure.class);
    assertThat(
            verify(signed(key, new SOARecord(ZONE, DClass.IN, 60, host, host, 1, 2, 3, 4, 5)), key))
        .isInstanceOf(Verdict.Secure.class);
    assertThat(verify(signed(key, new SRVRecord(ZONE, DClass.IN, 60, 1, 2, 3, host)), key))
        .isInstanceOf(Verdict.Secure.class);
    assertThat(
            verify(
                signed(key, new NAPTRRecord(ZONE, DClass.IN, 60, 1, 2, "U", "Sip", "x", host)),
                key))
        .isInstanceOf(Verdict.Secure.class);
  }

  @Test
  void ofTwoKeysWithOneTagEitherMayHaveSigned() {
    Key key = key(15);
    Rrset good = signed(key, address("www.example.", "192.0.2.1"));

    assertThat(verify(good, alike(key, 2), key)).isInstanceOf(Verdict.Secure.class);
    assertThat(verify(good, key, alike(key, 2))).isInstanceOf(Verdict.Secure.class);
  }

  @Test
  void aThirdKeyOfTheSameTagIsNotTried() { // KeyTrap, CVE-2023-50387
    Key key = key(15);
    Rrset good = signed(key, address("www.example.", "192.0.2.1"));

    assertThat(verify(good, alike(key, 2), alike(key, 4), key))
        .isInstanceOfSatisfying(
            Verdict.Bogus.class, bogus -> assertThat(bogus.error().code()).isEqualTo(6));
  }

  /** Another key with the same tag: a sum, to which 16 bits add the same at any even place. */
  private static Key alike(Key key, int octets) {
    byte[] turned = new byte[key.record().getKey().length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = key.record().getKey()[(i + octets) % turned.length];
    }
    return new Key(new DNSKEYRecord(ZONE, DClass.IN, 3600, 256, 3, 15, turned), key.pair());
  }

  @Test
  void aRevokedKeySignsNothing() { // RFC 5011 §2.1
    Key revoked = key(15, DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.REVOKE);

    assertThat(verify(signed(revoked, address("www.example.", "192.0.2.1")), revoked))
        .isInstanceOf(Verdict.Bogus.class);
  }

  @Test
  void aKeyThatIsNoZoneKeySignsNothing() { // RFC 4034 §2.1.1
    Key host = key(15, 0);

    assertThat(verify(signed(host, address("www.example.", "192.0.2.1")), host))
        .isInstanceOf(Verdict.Bogus.class);
  }

  @Test
  void fewerLabelsThanTheSignersOwnAreBogus() {
    Key key = key(15);
    Rrset good = signed(key, address("www.example.", "192.0.2.1"));
    byte[] rrsig = good.signatures().getFirst().clone();
    rrsig[3] = 0;

    assertThat(verify(rrset(List.of(address("www.example.", "192.0.2.1")), rrsig), key))
        .isInstanceOf(Verdict.Bogus.class);
  }

  @Test
  void ttlsEndWithTheSignatureAndAreNeverAboveTheOriginalOne() { // RFC 4035 §5.3.3
    Key key = key(15);
    Rrset good = signed(key, address("www.example.", "192.0.2.1"));

    assertThat(verify(good.withTtl(90_000), key))
        .isInstanceOfSatisfying(
            Verdict.Secure.class,
            secure -> assertThat(secure.rrset().ttlSeconds()).isEqualTo(3600));
    world.pass(DAY.minusSeconds(100));
    assertThat(verify(good, key))
        .isInstanceOfSatisfying(
            Verdict.Secure.class, secure -> assertThat(secure.rrset().ttlSeconds()).isEqualTo(100));
  }

  @Test
  void wrongSignaturesAreTriedEightTimesForOneQuestion() { // KeyTrap, CVE-2023-50387
    Key key = key(15);
    Rrset good = signed(key, address("www.example.", "192.0.2.1"));
    Budget budget = new Budget(world.time(), DAY);
    for (int i = 0; i < 8; i++) {
      Rrset forged =
          rrset(
              List.of(address("www.example.", "203.0.113." + (i + 1))),
              good.signatures().getFirst());
      assertThat(verifier.verify(forged, APEX, List.of(key.zoneKey()), budget))
          .isInstanceOfSatisfying(
              Verdict.Bogus.class, bogus -> assertThat(bogus.error().code()).isEqualTo(6));
    }
    Rrset last =
        rrset(List.of(address("www.example.", "203.0.113.99")), good.signatures().getFirst());
    assertThat(verifier.verify(last, APEX, List.of(key.zoneKey()), budget))
        .isInstanceOfSatisfying(
            Verdict.Bogus.class,
            bogus -> assertThat(bogus.error().text()).contains("limit reached"));
  }
}
