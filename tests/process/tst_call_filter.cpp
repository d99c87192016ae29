#include "process/confinement.h"

#include "support/test_support.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace switchyard::process;

namespace {

std::vector<sock_filter> programOf(Calls calls)
{
    const auto file = callFilter(calls);
    struct stat status{};
    if (!file || fstat(file->get(), &status) != 0)
        return {};
    std::vector<sock_filter> program(size_t(status.st_size) / sizeof(sock_filter));
    if (pread(file->get(), program.data(), size_t(status.st_size), 0) != status.st_size)
        return {};
    return program;
}

//! What the kernel would answer; the few instructions that the filter is made of.
quint32 answer(const std::vector<sock_filter>& program, quint32 machine, quint32 call)
{
    quint32 value = 0;
    for (size_t at = 0; at < program.size(); ++at) {
        const auto& step = program[at];
        switch (step.code) {
        case BPF_LD | BPF_W | BPF_ABS:
            value = step.k == offsetof(seccomp_data, arch) ? machine : call;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
            at += value == step.k ? step.jt : step.jf;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            at += value >= step.k ? step.jt : step.jf;
            break;
        case BPF_RET | BPF_K:
            return step.k;
        default:
            return ~0U;
        }
    }
    return ~0U; // ran off its end
}

constexpr quint32 refused = SECCOMP_RET_ERRNO | EPERM;
constexpr quint32 unknown = SECCOMP_RET_ERRNO | ENOSYS;

} // namespace

//! The filter of system calls, for each kind of program that a processor runs: numbers differ, and what one kind is
//! refused must not be had by way of another.
class TestCallFilter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answers_data();
    void answers();
    void inTheKernel_data();
    void inTheKernel();
};

void TestCallFilter::answers_data()
{
    QTest::addColumn<quint32>("machine");
    QTest::addColumn<quint32>("call");
    QTest::addColumn<quint32>("standard");
    QTest::addColumn<quint32>("strict");
    constexpr quint32 allowed = SECCOMP_RET_ALLOW;
#if defined(__x86_64__)
    const quint32 native = AUDIT_ARCH_X86_64, small = AUDIT_ARCH_I386, x32 = 0x40000000;
    const auto row = [](const char* name, quint32 machine, quint32 call, quint32 standard, quint32 strict) {
        QTest::newRow(name) << machine << call << standard << strict;
    };
    row("read", native, SYS_read, allowed, allowed);
    row("keyctl", native, SYS_keyctl, refused, refused);
    row("bpf", native, SYS_bpf, refused, refused);
    row("kexec_file_load", native, SYS_kexec_file_load, refused, refused);
    row("open_by_handle_at", native, SYS_open_by_handle_at, refused, refused);
    row("mount", native, SYS_mount, allowed, refused);
    row("setns", native, SYS_setns, allowed, refused);
    row("mount_setattr", native, 442, allowed, refused);
    row("x32: read", native, x32 | 0, unknown, unknown);
    row("x32: keyctl", native, x32 | quint32(SYS_keyctl), unknown, unknown);
    row("x32: kexec_load, which has a number of its own", native, x32 | 528, unknown, unknown);
    row("x32: highest", native, 0xffffffff, unknown, unknown);
    row("i386: read", small, 3, allowed, allowed);
    row("i386: add_key", small, 286, refused, refused);
    row("i386: request_key", small, 287, refused, refused);
    row("i386: keyctl", small, 288, refused, refused);
    row("i386: bpf", small, 357, refused, refused);
    row("i386: kexec_load", small, 283, refused, refused);
    row("i386: init_module", small, 128, refused, refused);
    row("i386: delete_module", small, 129, refused, refused);
    row("i386: finit_module", small, 350, refused, refused);
    row("i386: open_by_handle_at", small, 342, refused, refused);
    row("i386: mount", small, 21, allowed, refused);
    row("i386: umount", small, 22, allowed, refused);
    row("i386: umount2", small, 52, allowed, refused);
    row("i386: pivot_root", small, 217, allowed, refused);
    row("i386: setns", small, 346, allowed, refused);
    row("i386: fsmount", small, 432, allowed, refused);
    row("another processor", AUDIT_ARCH_AARCH64, SYS_read, unknown, unknown);
#else
    QSKIP("the numbers are those of x86-64");
#endif
}

void TestCallFilter::answers()
{
    QFETCH(quint32, machine);
    QFETCH(quint32, call);
    QFETCH(quint32, standard);
    QFETCH(quint32, strict);
    QCOMPARE(answer(programOf(Calls::Standard), machine, call), standard);
    QCOMPARE(answer(programOf(Calls::Strict), machine, call), strict);
}

#if defined(__x86_64__)
namespace {
//! A call the way that 32-bit programs make it; its answer, or the error as a negative number.
int smallCall(int number, int argument)
{
    int result = number;
    asm volatile("int $0x80" : "+a"(result) : "b"(argument) : "memory", "r8", "r9", "r10", "r11");
    return result;
}
int x32Call(long number, long argument)
{
    long result = number | 0x40000000;
    asm volatile("syscall" : "+a"(result) : "D"(argument) : "memory", "rcx", "r11");
    return int(result);
}
} // namespace
#endif

void TestCallFilter::inTheKernel_data()
{
    QTest::addColumn<int>("way");
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("expected");
#if defined(__x86_64__)
    QTest::newRow("native: keyctl") << 64 << int(SYS_keyctl) << -EPERM;
    QTest::newRow("i386: keyctl") << 32 << 288 << -EPERM;
    QTest::newRow("i386: umount") << 32 << 22 << -EPERM;
    QTest::newRow("x32: getpid") << 33 << int(SYS_getpid) << -ENOSYS;
#else
    QSKIP("the numbers are those of x86-64");
#endif
}

void TestCallFilter::inTheKernel()
{
    QFETCH(int, way);
    QFETCH(int, number);
    QFETCH(int, expected);
#if defined(__x86_64__)
    auto program = programOf(Calls::Strict);
    QVERIFY(!program.empty());
    constexpr int noSmallPrograms = 77;
    const auto child = fork();
    if (child == 0) { // nothing but system calls from here on
        const sock_fprog filter{quint16(program.size()), program.data()};
        const bool wanted = way == 32 && smallCall(20, 0) <= 0; // getpid
        if (wanted)
            _exit(noSmallPrograms);
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
            _exit(1);
        const int got = way == 32                ? smallCall(number, 0)
                        : way == 33              ? x32Call(number, 0)
                        : syscall(number, 0) < 0 ? -errno
                                                 : 0;
        _exit(got == expected ? 0 : 2);
    }
    QVERIFY(child > 0);
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) || WEXITSTATUS(status) == noSmallPrograms)
        QSKIP("this kernel runs no 32-bit programs");
    QCOMPARE(WEXITSTATUS(status), 0);
#else
    Q_UNUSED(way);
    Q_UNUSED(number);
    Q_UNUSED(expected);
#endif
}

QTEST_GUILESS_MAIN(TestCallFilter)
#include "tst_call_filter.moc"
