package dev.namewell.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.server.store.CacheFile.Ending;
import dev.namewell.server.store.CacheFile.Loaded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFileTest {
  private static final Instant NOON = Instant.parse("2026-02-03T12:00:00Z");

  @TempDir Path directory;
  private Instant now = NOON;
  private long provedBy = 1;
  private Path path;
  private CacheFile file;

  @BeforeEach
  void place() {
    path = directory.resolve("var").resolve("cache");
    file = new CacheFile(path, () -> now, () -> provedBy);
  }

  private static List<StoredAnswer> answers(int count) {
    List<StoredAnswer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(StoredAnswers.of("host" + i, 1000L * i));
    }
    return answers;
  }

  private List<StoredAnswer> loaded(Ending expected) {
    List<StoredAnswer> loaded = new ArrayList<>();
    Loaded result = file.load(loaded::add);
    assertThat(result).isEqualTo(new Loaded(expected, loaded.size()));
    return loaded;
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(path.resolveSibling("."))) {
      return files.map(name -> name.getFileName().toString()).sorted().toList();
    }
  }

  private static void same(StoredAnswer actual, StoredAnswer expected, long laterMillis) {
    assertThat(actual.packed()).isEqualTo(expected.packed());
    assertThat(actual.question()).isEqualTo(expected.question());
    assertThat(actual.wireLength()).isEqualTo(expected.wireLength());
    assertThat(actual.ttlSeconds()).isEqualTo(expected.ttlSeconds());
    assertThat(actual.ageMillis()).isEqualTo(expected.ageMillis() + laterMillis);
  }

  @Test
  void whatIsSavedComesBackOlder() throws IOException {
    List<StoredAnswer> saved = answers(5000);
    assertThat(file.save(saved::forEach)).isEqualTo(5000);
    now = NOON.plusSeconds(90);
    List<StoredAnswer> loaded = loaded(Ending.WHOLE);
    assertThat(loaded).hasSize(5000);
    for (int i = 0; i < 5000; i++) {
      same(loaded.get(i), saved.get(i), 90_000);
    }
  }

  @Test
  void aClockThatWentBackMakesNothingYounger() throws IOException {
    file.save(answers(3)::forEach);
    now = NOON.minusSeconds(86_400);
    assertThat(loaded(Ending.WHOLE))
        .extracting(StoredAnswer::ageMillis)
        .containsExactly(0L, 1000L, 2000L);
  }

  @Test
  void aClockThatLeaptAgesWithinBounds() throws IOException {
    file.save(answers(1)::forEach);
    now = Instant.ofEpochMilli(Long.MAX_VALUE);
    assertThat(loaded(Ending.WHOLE).getFirst().ageMillis()).isEqualTo(StoredAnswer.MAX_AGE_MILLIS);
  }

  @Test
  void theLargestAnswersFit() throws IOException {
    List<StoredAnswer> large = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      large.add(StoredAnswers.of("big" + i, 65_000, 0));
    }
    file.save(large::forEach);
    assertThat(loaded(Ending.WHOLE)).hasSize(20);
  }

  @Test
  void nothingIsAWholeFileToo() throws IOException {
    file.save(visitor -> {});
    assertThat(loaded(Ending.WHOLE)).isEmpty();
  }

  @Test
  void anAbsentFileIsNoTrouble() {
    assertThat(loaded(Ending.ABSENT)).isEmpty();
  }

  @Test
  void theReceiverMayStop() throws IOException {
    file.save(answers(10)::forEach);
    assertThat(file.load(answer -> answer.ageMillis() < 4000))
        .isEqualTo(new Loaded(Ending.STOPPED, 5));
    assertThat(names()).containsExactly("cache");
  }

  @Test
  void onlyTheUserItselfMayReadIt() throws IOException {
    file.save(answers(1)::forEach);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void everyTruncationIsFoundAndWhatStandsBeforeIsUsed() throws IOException {
    List<StoredAnswer> saved = answers(3000);
    file.save(saved::forEach);
    byte[] whole = Files.readAllBytes(path);
    Random random = new Random(11);
    for (int round = 0; round < 60; round++) {
      int length = round < 30 ? round : random.nextInt(whole.length);
      Files.write(path, Arrays.copyOf(whole, length));
      List<StoredAnswer> loaded = loaded(Ending.DAMAGED);
      for (int i = 0; i < loaded.size(); i++) {
        same(loaded.get(i), saved.get(i), 0);
      }
      assertThat(names()).singleElement().asString().startsWith("cache.damaged-20260203T120000Z");
    }
  }

  @Test
  void everyChangedBitIsFound() throws IOException {
    List<StoredAnswer> saved = answers(3000);
    file.save(saved::forEach);
    byte[] whole = Files.readAllBytes(path);
    Random random = new Random(12);
    for (int round = 0; round < 60; round++) {
      byte[] damaged = whole.clone();
      int at = round < 30 ? round : random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(path, damaged);
      List<StoredAnswer> loaded = loaded(Ending.DAMAGED);
      for (int i = 0; i < loaded.size(); i++) {
        same(loaded.get(i), saved.get(i), 0);
      }
    }
  }

  @Test
  void foreignNewerAndLongerFilesAreSetAside() throws IOException {
    file.save(answers(3)::forEach);
    byte[] whole = Files.readAllBytes(path);
    Files.writeString(path, "listen: [\"127.0.0.1:53\"]\n");
    assertThat(loaded(Ending.DAMAGED)).isEmpty();

    byte[] newer = whole.clone();
    newer[9]++;
    Files.write(path, newer);
    assertThat(loaded(Ending.DAMAGED)).isEmpty();

    Files.write(path, ByteBuffer.allocate(whole.length + 1).put(whole).array());
    assertThat(loaded(Ending.DAMAGED)).hasSize(3);
    assertThat(names()).hasSize(1);

    file.save(answers(1)::forEach);
    assertThat(loaded(Ending.WHOLE)).hasSize(1);
  }

  @Test
  void nothingIsUsedThatWasProvedBySomethingElse() throws IOException {
    file.save(answers(3)::forEach);

    provedBy = 2;
    assertThat(loaded(Ending.OUTDATED)).isEmpty();

    provedBy = 1;
    assertThat(loaded(Ending.WHOLE)).hasSize(3);
  }

  @Test
  void answersOfBeforeAndAfterAreNotSavedTogether() throws IOException {
    file.save(answers(3)::forEach);

    long saved =
        file.save(
            visitor -> {
              answers(1).forEach(visitor);
              provedBy = 2;
            });

    assertThat(saved).isZero();
    assertThat(names()).containsExactly("cache");
    assertThat(loaded(Ending.OUTDATED)).isEmpty();
    provedBy = 1;
    assertThat(loaded(Ending.WHOLE)).hasSize(3);
  }

  @Test
  void aFileThatDoesNotSayWhatItsAnswersWereProvedByIsNotUsed() throws IOException {
    Files.createDirectories(path.getParent());
    ByteBuffer first = ByteBuffer.allocate(40);
    first.putLong(CacheWriter.MAGIC).putShort((short) 1).putShort((short) 0);
    first.putLong(NOON.toEpochMilli()).putInt(CacheWriter.checksum(first.array(), 20));
    first.putInt(0).putLong(0).putInt(CacheWriter.checksum(new byte[8], 8));
    Files.write(path, first.array());

    assertThat(loaded(Ending.OUTDATED)).isEmpty();

    file.save(answers(3)::forEach);
    assertThat(names()).containsExactly("cache");
    assertThat(loaded(Ending.WHOLE)).hasSize(3);
  }

  @Test
  void aDirectoryInItsPlaceIsNoReasonNotToStart() throws IOException {
    Files.createDirectories(path);
    assertThat(loaded(Ending.UNREADABLE)).isEmpty();
    assertThatThrownBy(() -> file.save(answers(1)::forEach)).isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("cache");
  }

  @Test
  void aFailedSaveLeavesTheFileBeforeIt() throws IOException {
    file.save(answers(3)::forEach);
    assertThatThrownBy(
            () ->
                file.save(
                    visitor -> {
                      answers(5000).forEach(visitor);
                      throw new IllegalStateException("on purpose");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).containsExactly("cache");
    assertThat(loaded(Ending.WHOLE)).hasSize(3);
  }

  @Test
  void whatAKilledProcessWasWritingIsRemoved() throws IOException {
    file.save(answers(3)::forEach);
    Files.writeString(path.resolveSibling("cache.new-123"), "half");
    Files.writeString(path.resolveSibling("cache.news"), "of somebody else");
    assertThat(loaded(Ending.WHOLE)).hasSize(3);
    assertThat(names()).containsExactly("cache", "cache.news");
  }
}
