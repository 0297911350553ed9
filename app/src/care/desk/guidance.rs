use crate::ui::Icon;
use leptos::prelude::*;

/// What helps, beside the field for an answer.
#[component]
pub(super) fn Guidance() -> impl IntoView {
    view! {
        <aside class="notice" aria-labelledby="guidance">
            <Icon name="info" />
            <div>
                <h3 id="guidance">"What helps"</h3>
                <ul class="plain">
                    <li>"Read it twice. Answer what they wrote, in plain words."</li>
                    <li>"Listen. Do not judge, argue, diagnose or tell them what they should have done."</li>
                    <li>
                        "If you wonder whether they think of suicide, ask directly. Asking does not put it into anyone's mind."
                    </li>
                    <li>"Name no methods and no doses."</li>
                    <li>"Promise nothing: not that all will be well, not that you will keep a secret, not that you will always be here."</li>
                    <li>
                        "In danger now: ask them to call the emergency number or a crisis line, and say that they can write here as well."
                    </li>
                    <li>"Stopping suddenly can be dangerous. Ask them to talk to a doctor or a helpline before they stop."</li>
                    <li>"If it is too much for you, hand it over. That is care too."</li>
                </ul>
                <details>
                    <summary>"Words to begin with"</summary>
                    <ul class="plain">
                        <li>"“Thank you for writing this. I have read all of it, and I am glad that you did.”"</li>
                        <li>"“That sounds like more than one person can carry. What is the hardest part right now?”"</li>
                        <li>"“May I ask you plainly: are you thinking of ending your life?”"</li>
                        <li>"“If you could be in danger tonight, please call a crisis line or the emergency number now. The numbers are on your page. You can write here too.”"</li>
                        <li>"“Is there somebody who could be with you this evening?”"</li>
                        <li>"“Before you stop drinking, please talk to a doctor or a helpline. Stopping all at once can be dangerous.”"</li>
                        <li>"“I am a peer, not a doctor. I can tell you what helped me, if you want to hear it.”"</li>
                    </ul>
                </details>
                <p>
                    <a href="/help">"Contacts to point to"</a>
                </p>
            </div>
        </aside>
    }
}
