package dev.namewell.core;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may use what within the core, and what the core may not use of the JDK. */
class ArchitectureTest {
  private static final String BASE = "dev.namewell.core.";

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.namewell.core");

  /** For each package those it may use; {@code engine} may use them all. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry("dns", Set.of()),
          entry("settings", Set.of("dns")),
          entry("wire", Set.of("dns")),
          entry("port", Set.of("dns", "wire")),
          entry("records", Set.of("dns", "wire")),
          entry("policy", Set.of("dns", "wire", "settings")),
          entry("cache", Set.of("dns", "wire", "port", "settings")),
          entry("exchange", Set.of("dns", "wire", "port", "resolve")),
          entry("resolve", Set.of("dns", "wire", "port", "cache", "policy", "settings")),
          entry(
              "forward",
              Set.of("dns", "wire", "port", "policy", "settings", "exchange", "resolve")),
          entry(
              "rootzone",
              Set.of("dns", "wire", "port", "records", "settings", "exchange", "resolve")),
          entry(
              "iterate",
              Set.of(
                  "dns", "wire", "port", "cache", "settings", "exchange", "resolve", "rootzone")),
          entry(
              "validate", Set.of("dns", "wire", "port", "cache", "records", "settings", "resolve")),
          entry(
              "engine",
              Set.of(
                  "dns",
                  "settings",
                  "wire",
                  "port",
                  "records",
                  "policy",
                  "cache",
                  "exchange",
                  "resolve",
                  "forward",
                  "rootzone",
                  "iterate",
                  "validate")));

  /** Libraries by the packages that may use them; the JDK and JSpecify are everybody's. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "org.xbill.", Set.of("records"),
          "com.github.benmanes.caffeine.", Set.of("cache"),
          "io.netty.", Set.of(),
          "io.micrometer.", Set.of());

  /**
   * Owners, or owners and methods, that are clocks, luck, threads, waiting, sockets or files. They
   * come in through ports, or the simulation is none.
   */
  private static final List<String> FORBIDDEN =
      List.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.time.Instant.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.system",
          "java.lang.Math.random",
          "java.util.Random.",
          "java.util.concurrent.ThreadLocalRandom.",
          "java.security.SecureRandom.",
          "java.util.UUID.randomUUID",
          "java.lang.Thread.",
          "java.lang.Thread$",
          "java.lang.ThreadLocal.",
          "java.lang.Object.wait",
          "java.util.Timer.",
          "java.util.concurrent.CompletableFuture.",
          "java.util.concurrent.Executors.",
          "java.util.concurrent.Future.get",
          "java.util.concurrent.CountDownLatch.",
          "java.util.concurrent.Semaphore.",
          "java.util.concurrent.BlockingQueue.",
          "java.util.concurrent.LinkedBlockingQueue.",
          "java.util.concurrent.ArrayBlockingQueue.",
          "java.util.concurrent.locks.LockSupport.",
          "java.util.concurrent.locks.Condition.",
          "java.net.Socket.",
          "java.net.ServerSocket.",
          "java.net.DatagramSocket.",
          "java.nio.channels.",
          "java.nio.file.Files.",
          "java.io.File",
          "java.io.RandomAccessFile");

  /** The secret of the hash has to be unpredictable, also in simulation. */
  private static final String MAY_USE_SECURE_RANDOM = BASE + "dns.KeyedHash";

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(BASE)) {
      return "";
    }
    String rest = name.substring(BASE.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  @Test
  void packagesUseOnlyThoseBelowThem() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      String from = packageOf(type);
      Set<String> allowed = MAY_USE.get(from);
      if (allowed == null) {
        found.add("package '" + from + "' has no rule in this test");
        continue;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = packageOf(dependency.getTargetClass());
        if (!to.isEmpty() && !to.equals(from) && !allowed.contains(to)) {
          found.add(from + " uses " + to + ": " + dependency.getDescription());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void thereAreNoCycles() {
    slices().matching("dev.namewell.core.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void librariesStayInTheirPackages() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        LIBRARIES.forEach(
            (library, users) -> {
              if (target.startsWith(library) && !users.contains(packageOf(type))) {
                found.add(dependency.getDescription());
              }
            });
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void clocksLuckThreadsSocketsAndFilesComeInThroughPorts() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        String target = access.getTargetOwner().getName() + "." + access.getTarget().getName();
        for (String forbidden : FORBIDDEN) {
          boolean excepted =
              forbidden.startsWith("java.security.SecureRandom")
                  && type.getName().equals(MAY_USE_SECURE_RANDOM);
          if (target.startsWith(forbidden) && !excepted) {
            found.add(access.getDescription());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void nothingStaticChanges() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      for (JavaField field : type.getFields()) {
        boolean isStatic = field.getModifiers().contains(JavaModifier.STATIC);
        boolean isFinal = field.getModifiers().contains(JavaModifier.FINAL);
        boolean changes = field.getRawType().getPackageName().startsWith("java.util.concurrent");
        if (isStatic && (!isFinal || changes)) {
          found.add(field.getFullName());
        }
      }
    }
    assertThat(found).as("static fields that can change").isEmpty();
  }
}
