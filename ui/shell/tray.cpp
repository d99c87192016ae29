#include "ui/shell/tray.h"

#include "ui/shell/actions.h"
#include "ui/tasks/task_face.h"
#include "ui/theme/icons.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QMenu>
#include <QPainter>
#include <QSystemTrayIcon>
#include <QTimer>

namespace switchyard::ui {

namespace {
const auto watcherService = u"org.kde.StatusNotifierWatcher"_s;
constexpr int maxListed = 8;
} // namespace

Tray::Tray(const Actions& actions, QWidget* window)
    : QObject(window), m_actions(actions), m_window(window), m_menu(std::make_unique<QMenu>())
{
    m_menu->setObjectName(u"trayMenu"_s);
    QTimer::singleShot(0, this, &Tray::look); // the bus is waited for a little: not while the window is built
}

void Tray::look()
{
    const auto bus = QDBusConnection::sessionBus();
    auto* const watcher = new QDBusServiceWatcher(watcherService, bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, [this] {
        m_host = true;
        make();
    });
    connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this, [this] {
        m_host = false;
        Q_EMIT hostGone();
    });
    if (!bus.isConnected())
        return;
    auto* const asked =
        new QDBusPendingCallWatcher(bus.interface()->asyncCall(u"NameHasOwner"_s, watcherService), this);
    connect(asked, &QDBusPendingCallWatcher::finished, this, [this, asked] {
        asked->deleteLater();
        const QDBusPendingReply<bool> reply = *asked;
        m_host = m_host || (!reply.isError() && reply.value());
        make();
    });
}

Tray::~Tray() = default;

void Tray::setWanted(bool wanted)
{
    m_wanted = wanted;
    if (m_icon)
        m_icon->setVisible(wanted);
    make();
}

bool Tray::isThere() const
{
    return m_host && m_icon && m_wanted;
}

void Tray::make()
{
    if (m_icon || !m_host || !m_wanted)
        return;
    m_icon = new QSystemTrayIcon(picture(), this);
    m_icon->setObjectName(u"tray"_s);
    m_icon->setToolTip(words());
    m_icon->setContextMenu(m_menu.get());
    connect(m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            Q_EMIT windowWanted();
    });
    fillMenu();
    m_icon->show();
}

QString Tray::words() const
{
    return m_needs > 0     ? tr("Switchyard: %n need(s) you", nullptr, m_needs)
           : m_running > 0 ? tr("Switchyard: %n running", nullptr, m_running)
                           : tr("Switchyard: idle");
}

QIcon Tray::picture() const
{
    QIcon result;
    for (const int size : {16, 22, 24, 32, 48}) {
        const auto tone = m_needs > 0 ? QColor(0xd98a1fu) : m_running > 0 ? QColor(0x4c8df6u) : QColor(0x8d95a0u);
        auto picture = iconPixmap(u"switchyard"_s, size, tone, 1);
        if (m_needs > 0) {
            QPainter painter(&picture);
            painter.setRenderHint(QPainter::Antialiasing);
            const qreal side = size * 0.56;
            const QRectF badge(size - side, size - side, side, side);
            painter.setPen(Qt::NoPen);
            painter.setBrush(QColor(0xb3202au));
            painter.drawEllipse(badge);
            auto font = QGuiApplication::font();
            font.setPixelSize(std::max(7, int(side * 0.75)));
            font.setBold(true);
            painter.setFont(font);
            painter.setPen(Qt::white);
            painter.drawText(badge, Qt::AlignCenter, m_needs > 9 ? u"+"_s : QString::number(m_needs));
        }
        result.addPixmap(picture);
    }
    return result;
}

void Tray::show(const QList<Task>& tasks, int needs, int running, bool held)
{
    QList<Task> shown; // those that need the user first
    for (const auto wanted : {Group::NeedsYou, Group::Running}) {
        for (const auto& task : tasks) {
            if (shown.size() < maxListed && TaskText::group(task) == wanted)
                shown << task;
        }
    }
    const bool sameIcon = m_needs == needs && m_running == running;
    const auto same = [](const Task& a, const Task& b) {
        return a.id() == b.id() && a.percent == b.percent && a.status == b.status &&
               a.waitingFor.size() == b.waitingFor.size();
    };
    const bool sameMenu = m_held == held && std::ranges::equal(m_shown, shown, same);
    m_needs = needs;
    m_running = running;
    m_held = held;
    m_shown = std::move(shown);
    if (!m_icon || (sameIcon && sameMenu))
        return;
    if (!sameIcon) {
        m_icon->setIcon(picture());
        m_icon->setToolTip(words());
    }
    fillMenu();
}

void Tray::fillMenu()
{
    m_menu->clear();
    connect(m_menu->addAction(tr("Show the window")), &QAction::triggered, this, &Tray::windowWanted);
    m_menu->addSeparator();
    for (const auto& task : m_shown) {
        const bool needs = TaskText::group(task) == Group::NeedsYou;
        const auto title = task.spec.title.left(48).replace(u'&', u"&&"_s);
        auto* const entry =
            m_menu->addAction(needs ? tr("Needs you: %1").arg(title) : tr("%1 – %2 %").arg(title).arg(task.percent));
        connect(entry, &QAction::triggered, this, [this, id = task.id()] { Q_EMIT taskWanted(id); });
    }
    if (!m_shown.isEmpty())
        m_menu->addSeparator();
    const auto twin = [this](const char* id, bool bring) {
        auto* const action = m_actions[id];
        connect(m_menu->addAction(action->text()), &QAction::triggered, this, [this, action, bring] {
            if (bring && !m_window->isVisible())
                Q_EMIT windowWanted();
            action->trigger();
        });
    };
    twin("task.new", true);
    twin("window.hold", false);
    twin("window.quit", false);
}

} // namespace switchyard::ui
