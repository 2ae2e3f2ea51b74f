package dev.namewell.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredAnswerTest {
  private final StoredAnswer answer = StoredAnswers.of("www", 1000);

  private StoredAnswer changed(byte[] packed, int wireLength) {
    return new StoredAnswer(packed, wireLength, true, false, StoredAnswers.TTL_SECONDS, 0);
  }

  @Test
  void itsQuestionIsReadFromTheMessage() {
    assertThat(answer.question())
        .isEqualTo(new Question(DnsName.parse("www.example."), 1, 1, true, false));
  }

  @Test
  void timeSinceExpiryCountsFromTheTtl() {
    assertThat(answer.expiredForMillis()).isEqualTo(1000 - 300_000);
    assertThat(answer.aged(300_000).expiredForMillis()).isEqualTo(1000);
    assertThat(answer.aged(-5).ageMillis()).isEqualTo(1000);
    assertThat(answer.aged(Long.MAX_VALUE).ageMillis()).isEqualTo(StoredAnswer.MAX_AGE_MILLIS);
  }

  @Test
  void whatIsNotWellFormedCannotBeMade() {
    byte[] packed = answer.packed();
    int wire = answer.wireLength();
    for (int wrong : new int[] {-1, 0, 11, 12, 20, packed.length - 1, packed.length + 1, 70_000}) {
      assertThatThrownBy(() -> changed(packed, wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    byte[] offsetBeyond = packed.clone();
    offsetBeyond[wire + 1] = (byte) (wire - 3);
    assertThatThrownBy(() -> changed(offsetBeyond, wire)).hasMessageContaining("TTL offset");
    byte[] offsetInQuestion = packed.clone();
    offsetInQuestion[wire + 1] = 13;
    assertThatThrownBy(() -> changed(offsetInQuestion, wire)).hasMessageContaining("TTL offset");
    byte[] pointer = packed.clone();
    pointer[12] = (byte) 0xc0;
    assertThatThrownBy(() -> changed(pointer, wire)).hasMessageContaining("question");
    byte[] noQuestion = packed.clone();
    noQuestion[5] = 0;
    assertThatThrownBy(() -> changed(noQuestion, wire)).hasMessageContaining("question");
    assertThatThrownBy(() -> new StoredAnswer(packed, wire, true, false, -1, 0))
        .hasMessageContaining("TTL");
    assertThatThrownBy(() -> new StoredAnswer(packed, wire, true, false, 1, -1))
        .hasMessageContaining("age");
  }

  @Test
  void noOctetsWhateverThrowAnythingElse() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] packed = Arrays.copyOf(answer.packed(), random.nextInt(answer.packed().length + 4));
      for (int flips = random.nextInt(4); flips > 0 && packed.length > 0; flips--) {
        packed[random.nextInt(packed.length)] = (byte) random.nextInt();
      }
      int wireLength = random.nextInt(packed.length + 3) - 1;
      try {
        assertThat(changed(packed, wireLength).question()).isNotNull();
      } catch (IllegalArgumentException expected) {
        assertThat(expected).hasMessageStartingWith("not a stored answer: wrong ");
      }
    }
  }
}
