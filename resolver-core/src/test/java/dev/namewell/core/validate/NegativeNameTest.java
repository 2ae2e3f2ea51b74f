package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.validate.ClaimTest.Breakage;
import dev.namewell.core.validate.SignedTree.Status;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Negative trust anchors at names that are no zone's, whose records the zone above signs: all at
 * and below the name is insecure (RFC 7646 §2).
 */
class NegativeNameTest {
  private static final Instant END = SimulatedTime.BEGINNING.plusSeconds(86_400);

  private final SignedTree tree = new SignedTree();

  @AfterEach
  void end() {
    tree.close();
  }

  private void excuse(String name) {
    tree.ask("ns.nsec.com.", Type.A);
    tree.net().world().engine().addNegativeAnchor(DnsName.parse(name), END);
  }

  private void breaking(String apex, int type) {
    tree.changing(apex, type, rrset -> Breakage.DAMAGED.apply(SignedTree.key(apex), rrset));
  }

  private void assertInsecure(String name, int type, int rcode) {
    Asked asked = tree.ask(name, type);
    assertThat(asked.rcode()).isEqualTo(rcode);
    assertThat(SignedTree.status(asked)).isEqualTo(Status.INSECURE);
    assertThat(asked.extendedError()).contains(ExtendedError.NEGATIVE_TRUST_ANCHOR);
  }

  private Status status(String name) {
    return SignedTree.status(tree.ask(name, Type.A));
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3, SignedTree.OPT_OUT})
  void whatIsWronglySignedAtTheNameIsInsecure(String apex) {
    breaking(apex, Type.A);
    excuse("www." + apex);

    assertInsecure("www." + apex, Type.A, Rcode.NOERROR);
    assertInsecure("alias." + apex, Type.A, Rcode.NOERROR);
    assertThat(status("deep.empty." + apex)).isEqualTo(Status.BOGUS);
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3, SignedTree.OPT_OUT})
  void soIsWhatIsRightlySigned(String apex) {
    excuse("www." + apex);

    assertInsecure("www." + apex, Type.A, Rcode.NOERROR);
    assertInsecure("www." + apex, Type.AAAA, Rcode.NOERROR);
    assertInsecure("nowhere.www." + apex, Type.A, Rcode.NXDOMAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3, SignedTree.OPT_OUT})
  void soIsWhatIsMadeFromAWildcardAboveIt(String apex) {
    breaking(apex, Type.A);
    excuse("a.wild." + apex);

    assertInsecure("a.wild." + apex, Type.A, Rcode.NOERROR);
    assertInsecure("b.a.wild." + apex, Type.A, Rcode.NOERROR);
    assertThat(status("b.wild." + apex)).isEqualTo(Status.BOGUS);
  }

  @Test
  void whatIsDeniedThereNeedsNoProof() {
    breaking(SignedTree.NSEC, Type.NSEC);
    excuse("www.nsec.com.");

    assertInsecure("www.nsec.com.", Type.AAAA, Rcode.NOERROR);
    assertInsecure("nowhere.www.nsec.com.", Type.A, Rcode.NXDOMAIN);
    assertThat(status("nowhere.nsec.com.")).isEqualTo(Status.BOGUS);
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3, SignedTree.OPT_OUT})
  void otherNamesAreProvedAsBeforeThoseBesideItIncluded(String apex) {
    excuse("www." + apex);

    // What denies it stands at the name of the anchor.
    assertThat(status("wwww." + apex))
        .isEqualTo(apex.equals(SignedTree.OPT_OUT) ? Status.INSECURE : Status.SECURE);
    assertThat(status("deep.empty." + apex)).isEqualTo(Status.SECURE);
  }

  @Test
  void thatTheZoneAboveValidatesIsNoReasonToEndIt() {
    breaking(SignedTree.NSEC, Type.A);
    excuse("www.nsec.com.");

    tree.net().world().pass(Duration.ofMinutes(12));

    assertInsecure("www.nsec.com.", Type.A, Rcode.NOERROR);
  }
}
