package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import io.netty.channel.IoEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class VirtualTasksTest {
  private static final Duration PATIENT = Duration.ofSeconds(10);

  enum Carriers {
    LOOPS,
    OWN
  }

  private final EventLoops loops = EventLoops.open(2);
  private final Carriers carriers;
  private final VirtualTasks tasks;

  VirtualTasksTest(Carriers carriers) {
    this.carriers = carriers;
    tasks = carriers == Carriers.LOOPS ? VirtualTasks.on(loops) : VirtualTasks.beside();
  }

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  @Test
  void whatALoopStartsStaysOnItsThread() throws Exception {
    assumeThat(carriers).isEqualTo(Carriers.LOOPS);
    for (IoEventLoop loop : loops.loops()) {
      Task<Task<List<String>>> outer =
          loop.submit(() -> tasks.start("outer", () -> tasks.start("inner", this::carriersSeen)))
              .get();
      assertThat(outer.await(PATIENT)).isInstanceOf(Task.Done.class);
      if (outer.await(PATIENT) instanceof Task.Done<Task<List<String>>>(var inner)) {
        String here = loop.submit(() -> Thread.currentThread().getName()).get();
        assertThat(inner.await(PATIENT)).isEqualTo(new Task.Done<>(List.of(here, here)));
      }
    }
  }

  /** Before and after a wait. */
  private List<String> carriersSeen() {
    String before = carrier();
    tasks.signal().await(Duration.ofMillis(1));
    return List.of(before, carrier());
  }

  private static String carrier() {
    String text = Thread.currentThread().toString();
    return text.substring(text.indexOf('@') + 1);
  }

  @Test
  void aSignalEndsAWaitAndIsRememberedOnce() {
    Task<List<Boolean>> task =
        tasks.start(
            "waiter",
            () -> {
              Signal signal = tasks.signal();
              raise(signal);
              boolean first = signal.await(PATIENT);
              signal.raise();
              signal.raise();
              return List.of(first, signal.await(PATIENT), signal.await(Duration.ofMillis(1)));
            });
    assertThat(task.await(PATIENT)).isEqualTo(new Task.Done<>(List.of(true, true, false)));
  }

  /** From a task of its own. */
  private void raise(Signal signal) {
    tasks.start(
        "raiser",
        () -> {
          signal.raise();
          return "";
        });
  }

  @Test
  void waitsEndInTheOrderOfTheirTimes() {
    assumeThat(carriers).isEqualTo(Carriers.LOOPS);
    long start = System.nanoTime();
    List<Integer> ended = Collections.synchronizedList(new ArrayList<>());
    Task<List<Task<Boolean>>> all =
        tasks.start(
            "starter",
            () -> {
              List<Task<Boolean>> started = new ArrayList<>();
              for (int millis : new int[] {600, 1, 300}) {
                started.add(
                    tasks.start(
                        "sleeper",
                        () -> {
                          Duration sinceStart = Duration.ofNanos(System.nanoTime() - start);
                          tasks.signal().await(Duration.ofMillis(millis).minus(sinceStart));
                          return ended.add(millis);
                        }));
              }
              return started;
            });
    if (all.await(PATIENT) instanceof Task.Done<List<Task<Boolean>>>(var started)) {
      started.forEach(each -> each.await(PATIENT));
    }
    assertThat(ended).containsExactly(1, 300, 600);
  }

  @Test
  void aWaitEndsAtItsTimeAmongManyThatWereEndedBefore() {
    Task<Boolean> sleeper =
        tasks.start("sleeper", () -> tasks.signal().await(Duration.ofMillis(200)));
    Task<Integer> early =
        tasks.start(
            "waiter",
            () -> {
              int ended = 0;
              for (int i = 0; i < 500; i++) {
                Signal signal = tasks.signal();
                raise(signal);
                ended += signal.await(PATIENT) ? 1 : 0;
              }
              return ended;
            });
    assertThat(early.await(PATIENT)).isEqualTo(new Task.Done<>(500));
    assertThat(sleeper.await(PATIENT)).isEqualTo(new Task.Done<>(false));
  }

  @Test
  void theResultReachesEveryWaiter() {
    CountDownLatch go = new CountDownLatch(1);
    Task<String> task =
        tasks.start(
            "slow",
            () -> {
              go.await();
              return "done";
            });
    List<Task<Task.Awaited<String>>> waiters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiters.add(tasks.start("waiter", () -> task.await(PATIENT)));
    }
    assertThat(task.await(Duration.ofMillis(1))).isEqualTo(new Task.StillRunning<String>());
    go.countDown();
    for (Task<Task.Awaited<String>> waiter : waiters) {
      assertThat(waiter.await(PATIENT)).isEqualTo(new Task.Done<>(new Task.Done<>("done")));
    }
  }

  @Test
  void whatATaskThrowsIsAValue() {
    IllegalStateException defect = new IllegalStateException("broken");
    Task<String> task =
        tasks.start(
            "broken",
            () -> {
              throw defect;
            });
    assertThat(task.await(PATIENT)).isEqualTo(new Task.Threw<String>(defect));
  }

  @Test
  void runsOnAVirtualThreadOfTheGivenName() {
    Task<String> task =
        tasks.start(
            "resolve example.com. IN A",
            () -> Thread.currentThread().isVirtual() + " " + Thread.currentThread().getName());
    assertThat(task.await(PATIENT)).isEqualTo(new Task.Done<>("true resolve example.com. IN A"));
  }

  @Test
  void anInterruptEndsWaitingAndStays() {
    Task<String> never =
        tasks.start(
            "never",
            () -> {
              tasks.sleep(Duration.ofDays(1));
              return "";
            });
    AtomicBoolean wasInterrupted = new AtomicBoolean();
    Task<Boolean> task =
        tasks.start(
            "interrupted",
            () -> {
              Thread.currentThread().interrupt();
              tasks.sleep(Duration.ofDays(1));
              never.await(Duration.ofDays(1));
              wasInterrupted.set(Thread.currentThread().isInterrupted());
              return true;
            });
    assertThat(task.await(PATIENT)).isEqualTo(new Task.Done<>(true));
    assertThat(wasInterrupted).isTrue();
  }
}
