package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var groupVersion = schema.GroupVersion{Group: "my.domain", Version: "v1"}

func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(groupVersion, &WebServer{}, &WebServerList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
	return nil
}

type WebServer struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   WebServerSpec   `json:"spec"`
	Status WebServerStatus `json:"status,omitempty"`
}

type WebServerSpec struct {
	Replicas int32  `json:"replicas"`
	Image    string `json:"image"`
	NodePort int32  `json:"nodePort,omitempty"`
}

type WebServerStatus struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	ReadyReplicas      int32              `json:"readyReplicas"`
	NodePort           int32              `json:"nodePort,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

type WebServerList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []WebServer `json:"items"`
}

func (w *WebServer) DeepCopyObject() runtime.Object { return w.DeepCopy() }

func (w *WebServer) DeepCopy() *WebServer {
	out := *w
	w.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Status.Conditions = append([]metav1.Condition(nil), w.Status.Conditions...)
	return &out
}

func (l *WebServerList) DeepCopyObject() runtime.Object {
	out := *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = make([]WebServer, len(l.Items))
	for i := range l.Items {
		out.Items[i] = *l.Items[i].DeepCopy()
	}
	return &out
}
