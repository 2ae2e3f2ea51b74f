package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.port.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VirtualTasksTest {
  private static final Duration PATIENT = Duration.ofSeconds(10);
  private final VirtualTasks tasks = new VirtualTasks();

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
