package dev.namewell.core.validate.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.port.Memo;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.validate.anchor.FollowedKey.State;
import dev.namewell.core.validate.anchor.RollingRoot.Key;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Months in the life of a root zone, as a resolver with one configured key sees them (RFC 5011).
 */
class RollOverTest {
  private static final Duration ADD_HOLD_DOWN = Duration.ofDays(30);
  private static final Duration A_WHILE = Duration.ofDays(3);

  private final Key old = Key.make();
  private final Key successor = Key.make();
  private final Kept kept = new Kept();
  private Duration before = Duration.ZERO;
  private Internet net = new Internet(11);
  private final RollingRoot root = new RollingRoot(() -> net.world().time().truth().plus(before));

  /** A memo in memory. */
  private static final class Kept implements Memo {
    private @Nullable String text;
    private @Nullable String setAside;

    @Override
    public @Nullable String load() {
      return text;
    }

    @Override
    public void save(String changed) {
      text = changed;
    }

    @Override
    public void setAside(String why) {
      setAside = why;
    }

    void damage(UnaryOperator<String> how) {
      text = how.apply(Objects.requireNonNull(text));
    }
  }

  @BeforeEach
  void begin() {
    root.publishing(old).signedBy(old);
    configure(old);
    assertSecure();
    pass(Duration.ofSeconds(15));
  }

  private void configure(Key... configured) {
    net.root().zone(RollingRoot.ZONE).behaving(root::sign);
    List<byte[]> ds = List.of(configured).stream().map(Key::ds).toList();
    net.validating(
        new ValidationSettings(
            Mode.ON, List.of(new TrustAnchor(DnsName.ROOT, ds, List.of())), List.of(), true));
    net.world().remembering(kept);
  }

  /** The program ends, and starts with this configuration and what it has kept. */
  private void restart(Key... configured) {
    before = before.plus(Duration.between(SimulatedTime.BEGINNING, net.world().time().truth()));
    net.close();
    net = new Internet(12);
    net.world().time().set(before);
    configure(configured);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private Asked ask() {
    return net.client().resolve(SimulatedClient.queryWithDo("host.", Type.A));
  }

  private void assertSecure() {
    Asked asked = ask();
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isTrue();
  }

  private void assertBogus() {
    assertThat(ask().rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  private void pass(Duration time) {
    net.world().pass(time);
  }

  /** What the memo says of a key; empty if nothing. */
  private Optional<State> state(Key key) {
    AnchorMemory.Known known = MemoText.read(Objects.requireNonNull(kept.text)).known();
    return Objects.requireNonNull(known.zones().get(DnsName.ROOT)).keys().stream()
        .filter(each -> Arrays.equals(each.key().octets(), key.rdata()))
        .map(FollowedKey::state)
        .findFirst();
  }

  /** The roll-over of RFC 5011 §6.3, up to where both keys are trusted. */
  private void addSuccessor() {
    root.publishing(old, successor).signedBy(old);
    pass(A_WHILE);
    assertThat(state(successor)).contains(State.ADD_PEND);
    pass(ADD_HOLD_DOWN);
    assertThat(state(successor)).contains(State.VALID);
  }

  private void revokeOld() {
    root.publishing(old.revoked(), successor).signedBy(successor, old.revoked());
    pass(A_WHILE);
  }

  @Test
  void aWholeRollOver() {
    assertThat(state(old)).contains(State.VALID);
    addSuccessor();
    revokeOld();
    assertThat(state(old)).contains(State.REVOKED);
    assertSecure();

    root.publishing(successor).signedBy(successor);
    pass(Duration.ofDays(31));
    assertThat(state(old)).contains(State.REMOVED);
    assertSecure();
    assertThat(net.world().events().trust())
        .contains("trust anchor .: key " + successor.tag() + " is trusted");
  }

  @Test
  void aNewKeyIsNotTrustedBeforeItsTime() {
    root.publishing(old, successor).signedBy(old);
    pass(Duration.ofDays(29));
    root.signedBy(successor);
    pass(A_WHILE);

    assertThat(state(successor)).contains(State.ADD_PEND);
    assertBogus();
  }

  @Test
  void aNewKeyThatGoesBeginsAnew() {
    root.publishing(old, successor).signedBy(old);
    pass(Duration.ofDays(20));
    root.publishing(old);
    pass(A_WHILE);
    assertThat(state(successor)).isEmpty();

    root.publishing(old, successor);
    pass(Duration.ofDays(20));
    assertThat(state(successor)).contains(State.ADD_PEND);
  }

  @Test
  void keysOfABogusSetAreNotLearned() {
    Key forged = Key.make();
    root.publishing(old, forged).signedBy(forged);
    pass(ADD_HOLD_DOWN.plus(A_WHILE));

    assertThat(state(forged)).isEmpty();
    assertThat(state(old)).contains(State.VALID);
    root.publishing(old).signedBy(old);
    pass(A_WHILE);
    assertSecure();
  }

  @Test
  void aBogusSetDoesNotRevoke() {
    root.publishing(old.revoked(), old).signedBy(old);
    pass(A_WHILE);

    assertThat(state(old)).contains(State.VALID);
    assertSecure();
  }

  @Test
  void aMissingKeyIsTrustedStill() {
    addSuccessor();
    root.publishing(successor).signedBy(successor);
    pass(A_WHILE);
    assertThat(state(old)).contains(State.MISSING);

    root.publishing(old).signedBy(old);
    pass(A_WHILE);
    assertThat(state(old)).contains(State.VALID);
    assertThat(state(successor)).contains(State.MISSING);
    assertSecure();
  }

  @Test
  void aRevokedKeyIsNeverUsedAgain() {
    addSuccessor();
    revokeOld();
    root.publishing(old, successor).signedBy(old);
    pass(A_WHILE);
    assertBogus();

    restart(old);
    assertBogus();
  }

  @Test
  void norByWayOfAConfigurationThatDoesNotNameIt() {
    addSuccessor();
    revokeOld();
    Key other = Key.make();
    root.publishing(other).signedBy(other);
    restart(other);
    assertSecure();
    pass(Duration.ofMinutes(15));
    assertThat(state(other)).contains(State.VALID);
    assertThat(state(successor)).isEmpty();

    root.publishing(old, other).signedBy(old);
    restart(old, other);

    assertBogus();
  }

  @Test
  void whatWasLearnedOutlivesARestart() {
    addSuccessor();
    revokeOld();
    root.publishing(successor).signedBy(successor);
    pass(A_WHILE);

    restart(old);

    assertSecure();
  }

  @Test
  void aDamagedMemoIsSetAsideAndTheConfigurationCounts() {
    kept.damage(text -> text.replace("key valid", "key perhaps"));

    restart(old);

    assertSecure();
    assertThat(kept.setAside).contains("line 5");
  }

  @Test
  void ofTooManyZonesInTheMemoTheFirstThousandCount() {
    addSuccessor();
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < 1002; i++) {
      more.append(
          "zone z%d. refreshed 2026-01-01T00:00:00Z next 2026-01-01T00:00:00Z\n".formatted(i));
    }
    kept.damage(text -> text + more);
    root.publishing(successor).signedBy(successor);

    restart(old);

    assertSecure();
    assertThat(kept.setAside).isNull();
    assertThat(net.world().events().limits()).containsEntry("zones in the trust anchor file", 1);
    assertThat(net.world().events().trust()).anyMatch(line -> line.contains("3 zones too many"));
  }

  @Test
  void whoReplacesTheConfiguredKeyDropsItsSuccessorsToo() {
    addSuccessor();
    Key other = Key.make();
    root.publishing(successor, other).signedBy(successor);

    restart(other);
    assertBogus();
    root.signedBy(other);
    pass(Duration.ofMinutes(15));
    assertSecure();
  }

  @Test
  void withAllItsKeysRevokedAnAnchorCountsAsNone() { // RFC 5011 §5
    root.publishing(old.revoked()).signedBy(old.revoked());
    pass(A_WHILE);

    Asked asked = ask();

    assertThat(state(old)).contains(State.REVOKED);
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isFalse();
  }

  @Test
  void aClockThatGoesBackMakesTheHoldDownLonger() {
    root.publishing(old, successor).signedBy(old);
    pass(Duration.ofDays(20));
    net.world().time().set(Duration.ofDays(-25));
    before = Duration.ofDays(-25);
    pass(Duration.ofDays(20));

    assertThat(state(successor)).contains(State.ADD_PEND);
    pass(Duration.ofDays(20));
    assertThat(state(successor)).contains(State.VALID);
  }

  @Test
  void aClockThatIsSetAheadMakesTheHoldDownNoShorter() {
    root.validFor(Duration.ofDays(90)).publishing(old, successor).signedBy(old);
    pass(A_WHILE);
    net.world().time().set(Duration.ofDays(30));
    pass(A_WHILE);
    net.world().time().set(Duration.ofDays(60));
    pass(A_WHILE);
    assertThat(state(successor)).contains(State.ADD_PEND);
    assertSecure();

    pass(ADD_HOLD_DOWN);
    assertThat(state(successor)).contains(State.VALID);
  }

  @Test
  void aNewKeyDoesNotWaitWhileNobodyLooks() { // RFC 5011 §2.4.1: it is to be in all sets seen
    root.publishing(old, successor).signedBy(old);
    pass(Duration.ofDays(10));

    before = Duration.ofDays(25);
    restart(old);
    assertSecure();
    pass(A_WHILE);
    assertThat(state(successor)).contains(State.ADD_PEND);

    pass(ADD_HOLD_DOWN.minusDays(10));
    assertThat(state(successor)).contains(State.VALID);
  }

  @Test
  void keysAreLookedAtAsOftenAsTheRfcSays() { // §2.3: half of the least of TTL and validity
    net.root().asked().clear();
    pass(Duration.ofDays(10));

    assertThat(net.root().asked()).filteredOn(". DNSKEY"::equals).hasSizeBetween(19, 20);
  }
}
