#include "ui/settings/agents_page.h"

#include "ui/settings/parts.h"
#include "ui/theme/cells.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QDateTime>
#include <QFormLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTreeWidget>

namespace switchyard::ui {

namespace {

constexpr auto probeLimit = std::chrono::minutes(5); // a first start may fetch the agent
constexpr int nameRole = Qt::UserRole;
constexpr int mostNames = 12;

//! "a, b, c and 9 more".
QString someOf(const QJsonArray& all)
{
    QStringList names;
    for (const auto& name : all)
        names << name.toString();
    if (names.size() <= mostNames)
        return names.join(u", "_s);
    return AgentsPage::tr("%1 and %n more", nullptr, int(names.size()) - mostNames)
        .arg(names.mid(0, mostNames).join(u", "_s));
}

} // namespace

AgentsPage::AgentsPage(client::EngineClient& client, QWidget* parent)
    : QWidget(parent),
      m_client(client),
      m_list(new QTreeWidget(this)),
      m_details(new QWidget(this)),
      m_facts(new QFormLayout(m_details)),
      m_note(explanation({}, this)),
      m_probe(new QPushButton(icon(u"agent"_s), tr("&Probe it"), this))
{
    auto* const column = pageColumn(this);
    column->addWidget(explanation(
        tr("Agents that can do a task. Others that speak the Agent Client Protocol are added with “swy agent add”."),
        this));
    m_list->setObjectName(u"agentList"_s);
    m_list->setAccessibleName(tr("Agents"));
    m_list->setRootIsDecorated(false);
    m_list->setHeaderLabels({tr("Agent"), tr("State"), tr("Version")});
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    column->addWidget(m_list, 3);
    m_facts->setContentsMargins(0, 0, 0, 0);
    m_facts->setVerticalSpacing(4);
    m_facts->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto* const scroll = new QScrollArea(this);
    scroll->setObjectName(u"agentDetails"_s);
    scroll->setAccessibleName(tr("About the agent"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(m_details);
    column->addWidget(scroll, 2);
    m_note->setObjectName(u"agentsNote"_s);
    column->addWidget(m_note);
    auto* const again = new QPushButton(icon(u"retry"_s), tr("&Look again"), this);
    again->setObjectName(u"reloadAgentsButton"_s);
    m_probe->setObjectName(u"probeAgentButton"_s);
    m_probe->setToolTip(tr("Starts it in an empty folder and asks what it can; no model is called"));
    auto* const row = new QHBoxLayout;
    for (auto* const button : {m_probe, again}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    connect(m_probe, &QPushButton::clicked, this, &AgentsPage::probe);
    connect(again, &QPushButton::clicked, this, &AgentsPage::load);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &AgentsPage::showDetails);
    load();
}

QString AgentsPage::current() const
{
    return m_list->currentItem() ? m_list->currentItem()->data(0, nameRole).toString() : QString();
}

AgentsPage::State AgentsPage::stateOf(const QJsonObject& agent) const
{
    if (m_probing.contains(agent[u"name"].toString()))
        return {tr("being probed…"), u"clock"_s, false, false};
    if (!agent[u"available"].toBool(true))
        return {tr("not installed"), u"error"_s, false, false};
    const auto probe = agent[u"probe"].toObject();
    if (probe.isEmpty())
        return {agent[u"name"].toString() == u"builtin" ? tr("ready") : tr("installed, not probed yet"), u"ok"_s, true,
                false};
    if (probe[u"login"].toString() == u"needed")
        return {tr("sign-in needed"), u"lock"_s, false, true};
    if (!probe[u"works"].toBool())
        return {tr("does not start: %1").arg(probe[u"problem"].toString()), u"error"_s, false, true};
    return {tr("ready"), u"ok"_s, true, false};
}

void AgentsPage::show(QTreeWidgetItem& item, const QJsonObject& agent)
{
    const auto state = stateOf(agent);
    const auto title = agent[u"title"].toString();
    item.setText(0, title.isEmpty() ? agent[u"name"].toString() : title);
    item.setData(0, nameRole, agent[u"name"].toString());
    item.setIcon(0, icon(u"agent"_s));
    item.setText(1, state.word);
    item.setIcon(1, icon(state.picture, state.good ? Tone::Done : state.bad ? Tone::Failed : Tone::Muted));
    item.setToolTip(1, state.word);
    item.setText(2, agent[u"probe"][u"version"].toString());
    nameEmptyCells(item);
}

void AgentsPage::load()
{
    const auto chosen = current();
    m_note->setText(tr("Looking…"));
    m_note->show();
    QCoro::connect(m_client.call(u"agent.list"_s, {}), this, [this, chosen](const Result<QJsonValue>& answer) {
        if (!answer) {
            m_note->setText(answer.error().hint.isEmpty() ? answer.error().message
                                                          : answer.error().message + u' ' + answer.error().hint);
            return;
        }
        m_note->hide();
        m_list->clear();
        m_agents.clear();
        for (const auto& value : (*answer)[u"agents"].toArray()) {
            const auto agent = value.toObject();
            m_agents.insert(agent[u"name"].toString(), agent);
            auto* const item = new QTreeWidgetItem(m_list);
            show(*item, agent);
            if (agent[u"name"].toString() == chosen)
                m_list->setCurrentItem(item);
        }
        if (!m_list->currentItem())
            m_list->setCurrentItem(m_list->topLevelItem(0));
        showDetails();
    });
}

void AgentsPage::probe()
{
    const auto name = current();
    if (name.isEmpty() || m_probing.contains(name))
        return;
    const auto refresh = [this, name] {
        for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
            if (auto* const item = m_list->topLevelItem(row); item->data(0, nameRole).toString() == name)
                show(*item, m_agents.value(name));
        }
        showDetails();
    };
    m_probing << name;
    refresh();
    QCoro::connect(m_client.call(u"agent.probe"_s, {{u"name"_s, name}, {u"fresh"_s, true}}, probeLimit), this,
                   [this, name, refresh](const Result<QJsonValue>& report) {
                       m_probing.remove(name);
                       if (report) {
                           m_agents[name].insert(u"probe"_s, *report);
                           m_agents[name].insert(u"verified"_s, (*report)[u"verified"]);
                       } else {
                           m_agents[name].insert(u"probe"_s, QJsonObject{{u"works"_s, false},
                                                                         {u"problem"_s, report.error().message},
                                                                         {u"hint"_s, report.error().hint}});
                       }
                       refresh();
                   });
}

void AgentsPage::addFact(const QString& name, const QString& text)
{
    if (text.isEmpty())
        return;
    auto* const label = new QLabel(text, m_details);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(name + u' ' + text);
    auto* const caption = new QLabel(name, m_details);
    caption->setForegroundRole(QPalette::PlaceholderText);
    m_facts->addRow(caption, label);
}

void AgentsPage::showDetails()
{
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    const auto agent = m_agents.value(current());
    m_probe->setEnabled(!agent.isEmpty() && agent[u"available"].toBool(true) && !m_probing.contains(current()));
    if (agent.isEmpty())
        return;
    const auto probe = agent[u"probe"].toObject();
    const bool works = probe[u"works"].toBool();
    if (!agent[u"available"].toBool(true)) {
        addFact(tr("Why:"), agent[u"why"].toString());
        addFact(tr("Install it:"), agent[u"install"].toString());
        return;
    }
    if (probe.isEmpty()) {
        addFact(tr("Tried with:"), agent[u"tested_version"].toString());
        addFact(tr("Sign in:"), agent[u"login"].toString());
        return;
    }
    addFact(tr("Problem:"), works ? QString() : probe[u"problem"].toString());
    addFact(tr("Way out:"), works ? QString() : probe[u"hint"].toString());
    const auto version = probe[u"version"].toString(), tested = agent[u"tested_version"].toString();
    addFact(tr("Version:"), probe[u"verified"].toBool() ? tr("%1, tried and found good").arg(version)
                            : tested.isEmpty()          ? version
                                                        : tr("%1 (tried with %2)").arg(version, tested));
    const auto login = probe[u"login"].toString();
    addFact(tr("Sign-in:"), login == u"ready"    ? probe[u"account"].toString(tr("done"))
                            : login == u"needed" ? tr("needed: “swy agent login %1”").arg(current())
                                                 : QString());
    addFact(tr("Models:"), someOf(probe[u"models"].toArray()));
    addFact(tr("In force:"), probe[u"model"].toString());
    addFact(tr("Modes:"), someOf(probe[u"modes"].toArray()));
    addFact(tr("Can:"), someOf(probe[u"abilities"].toArray()));
    if (works)
        addFact(tr("Starts in:"), tr("%1 s, with %2 in %n process(es)", nullptr, probe[u"processes"].toInt())
                                      .arg(QLocale().toString(probe[u"start_ms"].toDouble() / 1000, 'f', 1),
                                           sizeText(probe[u"memory_bytes"].toInteger())));
    if (const auto at = probe[u"probed_at"].toInteger(); at > 0)
        addFact(tr("Probed:"), QLocale().toString(QDateTime::fromMSecsSinceEpoch(at), QLocale::ShortFormat));
}

} // namespace switchyard::ui
