package dev.namewell.server.app;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * POSIX signals: TERM and INT stop, HUP reloads. By reflection, because javac warns of {@code
 * sun.misc} whatever is suppressed.
 */
final class Signals {
  private Signals() {}

  /** Counts the latch down at the first wish to stop. */
  static void onStop(CountDownLatch stopped) {
    handle("TERM", stopped::countDown);
    handle("INT", stopped::countDown);
  }

  /** Runs an action at each wish to reload, on a thread of its own. */
  static void onReload(Runnable reload) {
    handle("HUP", () -> Thread.ofPlatform().daemon().name("reload").start(reload));
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      Object named = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
    } catch (ReflectiveOperationException | RuntimeException without) {
      LoggerFactory.getLogger(Signals.class).warn("no handler for SIG{}: {}", name, without);
    }
  }
}
