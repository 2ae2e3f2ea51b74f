package dev.namewell.server.app;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/** POSIX signals: TERM and INT stop, HUP reloads. */
final class Signals {
  private Signals() {}

  /** Counts the latch down at the first request to stop. */
  @SuppressWarnings("sunapi")
  static void onStop(CountDownLatch stopped) {
    Signal.handle(new Signal("TERM"), _ -> stopped.countDown());
    Signal.handle(new Signal("INT"), _ -> stopped.countDown());
  }

  /** Runs an action at each request to reload, never two at once. */
  @SuppressWarnings("sunapi")
  static void onReload(Runnable reload) {
    Signal.handle(
        new Signal("HUP"), _ -> Thread.ofPlatform().daemon().name("reload").start(reload));
  }
}
