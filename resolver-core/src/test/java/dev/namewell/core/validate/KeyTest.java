package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.ValidationSettings.Sha1;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.ZoneSigner;
import dev.namewell.core.validate.SignedTree.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSKEYRecord.Flags;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** From the DS record to the key that signs (RFC 4035 §5.2), and for how long it holds. */
class KeyTest {
  private static final String ZONE = SignedTree.NSEC;
  private static final Name APEX = Name.fromConstantString(ZONE);
  private static final int SHA1 = 1;
  private static final int SHA256 = 2;
  private static final int SHA384 = 4;

  private final ZoneSigner key = SignedTree.key(ZONE);

  private static void assertSecure(SignedTree planted) {
    try (SignedTree tree = planted) {
      assertThat(SignedTree.status(tree.ask("www." + ZONE, Type.A))).isEqualTo(Status.SECURE);
    }
  }

  private static void assertInsecure(SignedTree planted, int code) {
    try (SignedTree tree = planted) {
      Asked asked = tree.ask("www." + ZONE, Type.A);
      assertThat(SignedTree.status(asked)).isEqualTo(Status.INSECURE);
      assertThat(asked.answers()).isNotEmpty();
      assertThat(asked.extendedError()).contains(code);
    }
  }

  private static void assertBogus(SignedTree planted, int code) {
    try (SignedTree tree = planted) {
      Asked asked = tree.ask("www." + ZONE, Type.A);
      assertThat(SignedTree.status(asked)).isEqualTo(Status.BOGUS);
      assertThat(asked.extendedError()).contains(code);
    }
  }

  private static SignedTree signedBy(ZoneSigner signer, DSRecord... ds) {
    SignedTree tree = new SignedTree();
    tree.zones().signedBy(ZONE, signer);
    return ds.length == 0 ? tree : tree.delegated(ZONE, ds);
  }

  private DSRecord ds(int tag, int algorithm, int digest, byte[] octets) {
    return new DSRecord(APEX, DClass.IN, 3600, tag, algorithm, digest, octets);
  }

  /** The right DS with one bit of its digest changed. */
  private DSRecord wrong(int digest) {
    byte[] octets = key.ds(digest).getDigest().clone();
    octets[0] ^= 1;
    return ds(key.dnskey().getFootprint(), 13, digest, octets);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7, 8, 10, 13, 14, 15, 16})
  void zonesOfEveryAlgorithmAreSecure(int algorithm) {
    assertSecure(signedBy(ZoneSigner.of(ZONE, algorithm)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 12, 17, 250})
  void aZoneThatHasOnlyUnknownAlgorithmsIsInsecure(int algorithm) { // RFC 4035 §5.2
    assertInsecure(
        signedBy(ZoneSigner.of(ZONE, algorithm)), ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM);
  }

  @ParameterizedTest
  @ValueSource(ints = {SHA1, SHA256, SHA384})
  void digestsOfEveryTypeNameTheKey(int digest) {
    assertSecure(signedBy(key, key.ds(digest)));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 99})
  void aZoneThatHasOnlyUnknownDigestsIsInsecure(int digest) { // RFC 4035 §5.2
    assertInsecure(
        signedBy(key, ds(key.dnskey().getFootprint(), 13, digest, new byte[32])),
        ExtendedError.UNSUPPORTED_DS_DIGEST_TYPE);
  }

  @ParameterizedTest
  @ValueSource(ints = {SHA1, SHA256, SHA384})
  void aWrongDigestIsBogus(int digest) {
    assertBogus(signedBy(key, wrong(digest)), ExtendedError.DNSKEY_MISSING);
  }

  @Test
  void aDsWithAnotherTagOrAlgorithmNamesNoKey() {
    byte[] digest = key.ds(SHA256).getDigest();
    int tag = key.dnskey().getFootprint();

    assertBogus(signedBy(key, ds(tag ^ 1, 13, SHA256, digest)), ExtendedError.DNSKEY_MISSING);
    assertBogus(signedBy(key, ds(tag, 8, SHA256, digest)), ExtendedError.DNSKEY_MISSING);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8})
  void moreThanEightDsRecordsAreNotLookedAt(int wrong) {
    List<DSRecord> ds = new ArrayList<>();
    for (int i = 0; i < wrong; i++) {
      byte[] digest = new byte[32];
      digest[0] = (byte) i;
      ds.add(ds(i, 13, SHA256, digest));
    }
    ds.add(key.ds(SHA256));
    SignedTree tree = signedBy(key, ds.toArray(DSRecord[]::new));
    if (wrong < 8) {
      assertSecure(tree);
    } else {
      assertBogus(tree, ExtendedError.DNSKEY_MISSING);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 32})
  void moreThanThirtyTwoKeysAreNotLookedAt(int others) { // CVE-2025-8677
    RRset keys = new RRset();
    for (int i = 0; i < others; i++) {
      byte[] octets = new byte[64];
      octets[0] = (byte) i;
      keys.addRR(new DNSKEYRecord(APEX, DClass.IN, 3600, Flags.ZONE_KEY, 3, 13, octets));
    }
    keys.addRR(key.dnskey());
    List<Record> sent = new ArrayList<>(keys.rrs(false));
    sent.add(key.sign(keys, SimulatedTime.BEGINNING));
    SignedTree tree = new SignedTree().changing(ZONE, Type.DNSKEY, rrset -> sent);
    if (others < 32) {
      assertSecure(tree);
    } else {
      assertBogus(tree, ExtendedError.DNSKEY_MISSING);
    }
  }

  @Test
  void sha1CountsOnlyWhereThereIsNothingBetter() { // RFC 4509 §3
    assertBogus(signedBy(key, key.ds(SHA1), wrong(SHA256)), ExtendedError.DNSKEY_MISSING);
    assertSecure(signedBy(key, wrong(SHA1), key.ds(SHA256)));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7})
  void whereSha1IsOffZonesThatSignWithItAreInsecure(int algorithm) { // RFC 9905 §2
    ZoneSigner signer = ZoneSigner.of(ZONE, algorithm);

    assertInsecure(
        signedBy(signer).counting(Sha1.DIGESTS), ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM);
    assertInsecure(signedBy(signer).counting(Sha1.OFF), ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM);
  }

  @Test
  void whereSha1IsOffItsDigestsNameNoKey() { // RFC 9905 §2
    assertSecure(signedBy(key, key.ds(SHA1)).counting(Sha1.DIGESTS));
    assertInsecure(
        signedBy(key, key.ds(SHA1)).counting(Sha1.OFF), ExtendedError.UNSUPPORTED_DS_DIGEST_TYPE);
    assertSecure(signedBy(key, wrong(SHA1), key.ds(SHA256)).counting(Sha1.OFF));
  }

  @Test
  void whereSha1IsOffAZoneThatHasABetterKeyTooIsSecureByThat() { // RFC 6840 §5.11
    DSRecord sha1 = ds(4711, 5, SHA256, new byte[32]);

    assertSecure(signedBy(key, sha1, key.ds(SHA256)).counting(Sha1.OFF));
  }

  @Test
  void oneRightDsIsEnough() {
    DSRecord unknownDigest = ds(key.dnskey().getFootprint(), 13, 99, new byte[32]);
    DSRecord unknownAlgorithm = ds(4711, 250, SHA256, new byte[32]);
    DSRecord standby = SignedTree.stranger(ZONE).ds(SHA256);

    assertSecure(signedBy(key, unknownDigest, unknownAlgorithm, standby, key.ds(SHA256)));
  }

  @Test
  void aRevokedKeyProvesNothing() { // RFC 5011 §2.1
    ZoneSigner revoked = key.announced(ZoneSigner.ENTRY_KEY | Flags.REVOKE, 3);

    assertBogus(signedBy(revoked), ExtendedError.DNSKEY_MISSING);
  }

  @Test
  void aKeyThatIsNoZoneKeyProvesNothing() { // RFC 4034 §2.1.1
    assertBogus(signedBy(key.announced(Flags.SEP_KEY, 3)), ExtendedError.NO_ZONE_KEY_BIT_SET);
  }

  @Test
  void aKeyOfAnotherProtocolProvesNothing() { // RFC 4034 §2.1.2
    assertBogus(
        signedBy(key.announced(ZoneSigner.ENTRY_KEY, 2)), ExtendedError.NO_ZONE_KEY_BIT_SET);
  }

  /** Who has a trust anchor for a zone does not want to depend on those above it. */
  @ParameterizedTest
  @CsvSource({ZONE + ", SECURE", "com., BOGUS", "., BOGUS"})
  void aDsThatIsSignedAboveTheClosestTrustAnchorNamesNoKey(String signer, Status status) {
    String child = "child." + ZONE;
    ZoneSigner other = SignedTree.stranger(child);
    try (SignedTree tree = new SignedTree().anchored(ZONE).delegated(child, other.ds(SHA256))) {
      tree.zones().signedBy(child, other);
      tree.changing(child, Type.DS, rrset -> tree.zones().signed(signer, rrset.getFirst()));

      assertThat(SignedTree.status(tree.ask("www." + child, Type.A))).isEqualTo(status);
    }
  }

  private static Record raised(Record record) {
    return Record.newRecord(
        record.getName(), record.getType(), DClass.IN, 80_000, record.rdataToWireCanonical());
  }

  @Test
  void aTtlThatWasRaisedIsCutToTheOriginalOne() { // RFC 4035 §5.3.3
    try (SignedTree tree = new SignedTree()) {
      tree.changing(ZONE, Type.A, rrset -> rrset.stream().map(KeyTest::raised).toList());

      Asked asked = tree.ask("www." + ZONE, Type.A);

      assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
      assertThat(asked.answers()).allMatch(record -> record.getTTL() <= 600);
    }
  }

  @Test
  void aTtlEndsWithTheSignature() { // RFC 4035 §5.3.3
    try (SignedTree tree = new SignedTree()) {
      tree.changing(
          ZONE,
          Type.A,
          rrset -> {
            RRset set = new RRset(rrset.getFirst());
            return List.of(
                rrset.getFirst(),
                key.sign(
                    set,
                    key.terms(set, SimulatedTime.BEGINNING)
                        .valid(
                            SimulatedTime.BEGINNING.minus(Duration.ofDays(1)),
                            SimulatedTime.BEGINNING.plusSeconds(100))));
          });

      Asked first = tree.ask("www." + ZONE, Type.A);
      tree.net().world().pass(Duration.ofSeconds(40));
      Asked second = tree.ask("www." + ZONE, Type.A);

      assertThat(first.answers()).allMatch(record -> record.getTTL() <= 100);
      assertThat(second.answers()).allMatch(record -> record.getTTL() <= 60);
    }
  }
}
