package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.port.Memo;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.validate.SignedTree.Status;
import dev.namewell.core.validate.anchor.AnchorMemory;
import dev.namewell.core.validate.anchor.TrustAnchors;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Names that cost more hashes than one question may have (CVE-2023-50868). */
class HashLimitTest {
  private static final String LIMIT = "names hashed for one question";

  private final SignedTree tree = new SignedTree();
  private final RecordedEvents events = new RecordedEvents();

  @AfterEach
  void end() {
    tree.close();
  }

  private static String deep(int labels) {
    return "a.".repeat(labels) + SignedTree.NSEC3;
  }

  private int reached() {
    return tree.net().world().events().limits().getOrDefault(LIMIT, 0);
  }

  @Test
  void aDeepNameThatDoesNotExistIsWithinTheLimit() {
    assertThat(SignedTree.status(tree.ask(deep(110), Type.A))).isEqualTo(Status.SECURE);
    assertThat(reached()).isZero();
  }

  /** The name is hashed label by label, and again when the zone is asked once more. */
  @Test
  void whereItIsReachedThatIsSaidAndNotThatRecordsAreMissing() {
    tree.denying(denials -> denials.stream().filter(each -> !isOfApex(each)).toList());

    Asked asked = tree.ask(deep(110), Type.A);

    assertThat(asked.extendedError()).contains(ExtendedError.DNSSEC_INDETERMINATE);
    assertThat(asked.extendedText()).contains("limit reached: " + LIMIT);
    assertThat(reached()).isPositive();
  }

  private boolean isOfApex(Record denial) {
    Record ofApex = tree.zones().denial(SignedTree.NSEC3, SignedTree.NSEC3);
    return denial.getName().equals(ofApex.getName());
  }

  private ChainOfTrust chain(TrustAnchor anchor) {
    SimulatedTime time = tree.net().world().time();
    SignatureVerifier verifier =
        new SignatureVerifier(
            time, tree.net().world().tasks(), events, Runnable::run, Optional::empty);
    return new ChainOfTrust(
        new TrustAnchors(
            new ValidationSettings(Mode.ON, List.of(anchor), List.of(), false),
            Set.of(),
            new AnchorMemory(Memo.NONE, time, events)),
        (question, budget) -> new Found.Whole(answer(question)),
        verifier,
        time,
        Runnable::run);
  }

  /** What the zone's servers say. */
  private Answer answer(Question question) {
    Message response =
        tree.relayed(SimulatedClient.queryWithDo(question.name().toString(), question.type()));
    return new Answer(response.toWire(), new int[0], 300, Security.INDETERMINATE, null);
  }

  private Budget budget() {
    return new Budget(tree.net().world().time(), Duration.ofSeconds(5));
  }

  /** The name, and the one that a wildcard makes an alias, are hashed to be no zone cuts. */
  @ParameterizedTest
  @ValueSource(strings = {"a.nsec3.com.", "www.walias.nsec3.com."})
  void aChainOfTrustThatReachesItIsLookedAtAgainByTheNextQuestion(String text) {
    tree.ask(SignedTree.NSEC3, Type.SOA);
    ChainOfTrust chain = chain(tree.zones().anchor(SignedTree.NSEC3));
    DnsName name = DnsName.parse(text);
    Budget exhausted = budget();
    while (exhausted.takeHash()) {
      // Others have used it up.
    }

    assertThat(chain.enclosing(name, exhausted))
        .isInstanceOfSatisfying(
            ZoneStatus.Broken.class,
            broken -> {
              assertThat(broken.error()).isEqualTo(new ExtendedError(5, "limit reached: " + LIMIT));
              assertThat(broken.link().toString()).contains("limit reached: " + LIMIT);
            });
    assertThat(events.limits).containsExactly(LIMIT);

    assertThat(chain.enclosing(name, budget()))
        .isInstanceOfSatisfying(
            ZoneStatus.Signed.class,
            signed -> assertThat(signed.zone()).hasToString(SignedTree.NSEC3));
  }
}
